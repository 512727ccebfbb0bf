package io.pledgemq.rpc;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import java.util.Collection;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What proto files say on the wire, as one line for each message, field, enum value and method. File names, order,
 * comments and language options are left out: two definitions with the same lines understand each other.
 */
final class WireFacts {

    private final SortedSet<String> facts = new TreeSet<>();

    private WireFacts() {}

    static SortedSet<String> of(Collection<FileDescriptorProto> files) {
        WireFacts collected = new WireFacts();
        files.forEach(collected::addFile);
        return collected.facts;
    }

    private void addFile(FileDescriptorProto file) {
        String scope = file.getPackage();
        // Presence and packing follow from the syntax, so it is part of every message's line.
        file.getMessageTypeList().forEach(message -> addMessage(scope, file.getSyntax(), message));
        file.getEnumTypeList().forEach(type -> addEnum(scope, type));
        file.getServiceList().forEach(service -> service.getMethodList()
                .forEach(method -> addMethod(scope + "." + service.getName(), method)));
    }

    private void addMessage(String scope, String syntax, DescriptorProto message) {
        String name = scope + "." + message.getName();
        facts.add(syntax + " message " + name);
        message.getFieldList().forEach(field -> addField(name, message, field));
        message.getNestedTypeList().forEach(nested -> addMessage(name, syntax, nested));
        message.getEnumTypeList().forEach(type -> addEnum(name, type));
    }

    private void addField(String scope, DescriptorProto message, FieldDescriptorProto field) {
        String label = field.getProto3Optional()
                ? "explicit optional"
                : lowerCase(field.getLabel().name(), "LABEL_");
        String type = field.hasTypeName()
                ? field.getTypeName()
                : lowerCase(field.getType().name(), "TYPE_");
        // An explicit optional sits in a oneof that the compiler made up for it.
        String choice = field.hasOneofIndex() && !field.getProto3Optional()
                ? " in oneof " + message.getOneofDecl(field.getOneofIndex()).getName()
                : "";
        facts.add("field " + scope + "." + field.getName() + " = " + field.getNumber() + ": " + label + " " + type
                + choice);
    }

    private void addEnum(String scope, EnumDescriptorProto type) {
        String name = scope + "." + type.getName();
        type.getValueList()
                .forEach(value -> facts.add("value " + name + "." + value.getName() + " = " + value.getNumber()));
    }

    private void addMethod(String service, MethodDescriptorProto method) {
        facts.add("method " + service + "/" + method.getName() + ": "
                + (method.getClientStreaming() ? "stream " : "") + method.getInputType() + " -> "
                + (method.getServerStreaming() ? "stream " : "") + method.getOutputType());
    }

    private static String lowerCase(String constant, String prefix) {
        return constant.substring(prefix.length()).toLowerCase(Locale.ROOT);
    }
}
