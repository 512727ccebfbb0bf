package io.pledgemq.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import apache.rocketmq.v2.MQDomain;
import apache.rocketmq.v2.MQService;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import io.pledgemq.rpc.v2.ServiceProto;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Our definition of the protocol against the one inside the official Java client. */
class DescriptorsTest {

    /** Ours is newer than client 5.2.0 in these, and in nothing else. */
    private static final List<String> NEWER = List.of(
            "field apache.rocketmq.v2.ChangeInvisibleDurationRequest.lite_topic = 6: explicit optional string",
            "field apache.rocketmq.v2.ChangeInvisibleDurationRequest.suspend = 7: explicit optional bool",
            "field apache.rocketmq.v2.Settings.client_properties = 9: repeated .apache.rocketmq.v2.Settings.ClientPropertiesEntry",
            "proto3 message apache.rocketmq.v2.Settings.ClientPropertiesEntry",
            "field apache.rocketmq.v2.Settings.ClientPropertiesEntry.key = 1: optional string",
            "field apache.rocketmq.v2.Settings.ClientPropertiesEntry.value = 2: optional string",
            "value apache.rocketmq.v2.Code.INVALID_CLIENT_PROPERTIES = 40021");

    @Test
    void everythingTheOfficialClientSaysIsInOurs() throws InvalidProtocolBufferException {
        assertThat(minus(theirs(), ours())).isEmpty();
    }

    @Test
    void oursSaysMoreOnlyWhereItIsNewer() throws InvalidProtocolBufferException {
        assertThat(minus(ours(), theirs())).containsExactlyInAnyOrderElementsOf(NEWER);
    }

    private static SortedSet<String> ours() {
        Map<String, FileDescriptorProto> files = new TreeMap<>();
        addWithImports(ServiceProto.getDescriptor(), files);
        return WireFacts.of(files.values());
    }

    private static void addWithImports(FileDescriptor file, Map<String, FileDescriptorProto> files) {
        if (file.getPackage().equals("apache.rocketmq.v2")) {
            files.put(file.getName(), file.toProto());
            file.getDependencies().forEach(imported -> addWithImports(imported, files));
        }
    }

    /** The client carries its own protobuf under another package; the bytes of a descriptor are the same in both. */
    private static SortedSet<String> theirs() throws InvalidProtocolBufferException {
        return WireFacts.of(List.of(
                FileDescriptorProto.parseFrom(MQDomain.getDescriptor().toProto().toByteArray()),
                FileDescriptorProto.parseFrom(
                        MQService.getDescriptor().toProto().toByteArray())));
    }

    private static SortedSet<String> minus(SortedSet<String> all, SortedSet<String> without) {
        SortedSet<String> rest = new TreeSet<>(all);
        rest.removeAll(without);
        return rest;
    }
}
