package io.pledgemq.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pledgemq.server.PledgeServer;
import io.pledgemq.server.Running;
import io.pledgemq.server.config.ConfigLoader;
import io.pledgemq.server.config.ConfigSources;
import io.pledgemq.server.config.LimitsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.doctor.Finding.Grade;
import io.pledgemq.server.tls.Pem;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is looked at, and how it is judged. */
class DoctorTest {
    @TempDir
    Path directory;

    private static Finding of(List<Finding> findings, String check) {
        return findings.stream()
                .filter(finding -> finding.check().equals(check))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aFreshDirectoryIsFineAndNothingIsLeftInIt() throws Exception {
        List<Finding> findings = new Doctor(Running.config(directory)).examine();
        assertThat(findings).noneMatch(finding -> finding.grade() == Grade.FAIL);
        assertThat(findings)
                .extracting(Finding::check)
                .contains(
                        "java",
                        "heap",
                        "open-files",
                        "clock",
                        "data-directory",
                        "file-system",
                        "free-space",
                        "force",
                        "port",
                        "certificate");
        assertThat(of(findings, "force").found()).contains("median").contains("p99");
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactly("pledgemq.yaml");
        }
    }

    @Test
    void aRunningServerIsNoTroubleAndIsNotDisturbed() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            List<Finding> findings = new Doctor(Running.config(directory)).examine();
            assertThat(findings).noneMatch(finding -> finding.grade() == Grade.FAIL);
            assertThat(of(findings, "lock").found()).contains("in use");
            assertThat(of(findings, "certificate").found()).contains("good until");
            assertThat(server.lifecycle().ready()).isTrue();
            Finding port = new ListenPort("127.0.0.1", server.port(), "port").examine();
            assertThat(port.grade()).isEqualTo(Grade.OK);
            assertThat(port.found()).contains("served by PledgeMQ");
        }
    }

    @Test
    void aTakenPortIsNamedWithItsHolder() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = new ListenPort("127.0.0.1", taken.getLocalPort(), "port").examine();
            assertThat(finding.grade()).isEqualTo(Grade.FAIL);
            assertThat(finding.found())
                    .contains("process " + ProcessHandle.current().pid());
        }
    }

    @Test
    void disksThatForgetOrStallAreSuspicious() {
        Disk disk = new Disk(directory, 256 << 20, 64 << 20);
        assertThat(disk.kind("ext4", "sda").grade()).isEqualTo(Grade.OK);
        assertThat(disk.kind("nfs4", "x").grade()).isEqualTo(Grade.WARN);
        assertThat(disk.kind("overlay", "x").found()).contains("container");
        assertThat(disk.kind("tmpfs", "x").found()).contains("machine");
        assertThat(disk.kind("fuse.sshfs", "x").grade()).isEqualTo(Grade.WARN);
        assertThat(disk.space(100 << 20).grade()).isEqualTo(Grade.WARN);
        assertThat(disk.space(1L << 30).grade()).isEqualTo(Grade.OK);
    }

    @Test
    void forcesAreJudgedByMedianAndP99() {
        long[] nanos = new long[100];
        Arrays.fill(nanos, 300_000);
        assertThat(ForceSpeed.judge(nanos).grade()).isEqualTo(Grade.OK);
        nanos[7] = 900_000_000;
        assertThat(ForceSpeed.judge(nanos).grade()).isEqualTo(Grade.WARN);
        Arrays.fill(nanos, 2_000);
        assertThat(ForceSpeed.judge(nanos).found()).contains("faster than a disk writes");
        Arrays.fill(nanos, 50_000_000);
        assertThat(ForceSpeed.judge(nanos).found()).contains("slow");
    }

    @Test
    void aHeapThatTheBoundsOfMemoryDoNotFitIsTold() throws Exception {
        LimitsConfig usual = ServerConfig.defaults().limits();
        assertThat(Machine.heap(490L << 20, usual).grade())
                .as("the defaults fit 512 MiB")
                .isEqualTo(Grade.OK);
        assertThat(Machine.heap(256L << 20, usual).grade()).isEqualTo(Grade.WARN);
        LimitsConfig wide = ConfigLoader.load(ConfigSources.none().withFlag("--pending", "limits.pending", "10000000"))
                .config()
                .limits();
        assertThat(Machine.heap(490L << 20, wide).found()).contains("limits.pending=10000000", "1732 MiB");
        assertThat(Machine.heap(2L << 30, wide).grade()).isEqualTo(Grade.OK);
    }

    @Test
    void clocksThatGoApartAreToldAndOnesThatWereNeverSetFail() {
        Instant now = Instant.parse("2026-03-01T00:00:00Z");
        assertThat(Machine.clock(now, Duration.ofMillis(3)).grade()).isEqualTo(Grade.OK);
        assertThat(Machine.clock(now, Duration.ofMillis(80)).grade()).isEqualTo(Grade.WARN);
        assertThat(Machine.clock(Instant.EPOCH, Duration.ZERO).grade()).isEqualTo(Grade.FAIL);
    }

    @Test
    void anOpenDirectoryAndAFileInItsPlaceAreTold() throws Exception {
        Path data = Files.createDirectory(directory.resolve("data"));
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(new DataDirectory(data).examine().get(0).grade()).isEqualTo(Grade.WARN);
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
        assertThat(new DataDirectory(data).examine()).allMatch(finding -> finding.grade() == Grade.OK);
        Path file = Files.writeString(directory.resolve("file"), "");
        assertThat(new DataDirectory(file).examine().get(0).grade()).isEqualTo(Grade.FAIL);
    }

    @Test
    void anAuditLogThatCannotBeWrittenFails() throws Exception {
        Path audit = directory.resolve("audit");
        assertThat(new AuditDirectory(audit).examine().grade()).isEqualTo(Grade.OK);
        Files.writeString(audit, "a file in the place of the directory");
        Finding finding = of(new Doctor(Running.config(directory, "audit.directory: " + audit)).examine(), "audit");
        assertThat(finding.grade()).isEqualTo(Grade.FAIL);
        assertThat(finding.found()).contains(audit + " is not a directory", "nothing can be settled");
        assertThat(finding.next()).contains("audit.directory");
        assertThat(new AuditDirectory(audit.resolve("below/it")).examine().grade())
                .as("nothing can be made below a file")
                .isEqualTo(Grade.FAIL);
    }

    @Test
    void aCertificateIsJudgedByItsEnd() throws Exception {
        try (PledgeServer server = PledgeServer.start(Running.config(directory))) {
            assertThat(server.lifecycle().ready()).isTrue();
        }
        Path pem = directory.resolve("data").resolve("tls.pem");
        CertificateCheck look = files(pem, pem);
        assertThat(look.examine(Instant.now()).found()).contains("good until", "its key belongs to it");
        assertThat(look.examine(Instant.now()).grade()).isNotEqualTo(Grade.FAIL);
        assertThat(look.examine(Instant.parse("2999-01-01T00:00:00Z")).grade()).isEqualTo(Grade.FAIL);
        assertThat(look.examine(Instant.EPOCH).grade()).isEqualTo(Grade.FAIL);
    }

    private CertificateCheck files(Path certificate, Path key) throws Exception {
        return new CertificateCheck(Running.config(
                directory, "tls:\n  mode: files\n  certificate-file: " + certificate + "\n  key-file: " + key));
    }

    @Test
    void theServersOwnCertificateIsReadAsAStartReadsIt() throws Exception {
        ServerConfig config = Running.config(directory);
        CertificateCheck look = new CertificateCheck(config);
        assertThat(look.examine(Instant.now()).found()).contains("the next start makes one");
        try (PledgeServer server = PledgeServer.start(config)) {
            assertThat(server.lifecycle().ready()).isTrue();
        }
        Path pem = directory.resolve("data").resolve("tls.pem");
        assertThat(look.examine(Instant.now()).found()).contains("good until", "renews it by itself");
        assertThat(look.examine(Instant.parse("2999-01-01T00:00:00Z")).found()).contains("the next start makes one");
        assertThat(look.examine(Instant.EPOCH).grade()).as("the clock is wrong").isEqualTo(Grade.FAIL);

        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-r--r--"));
        assertRefused(config, look.examine(Instant.now()), "rw-r--r--");
        Files.setPosixFilePermissions(pem, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(pem, Files.readString(pem).replaceAll("(?s)-----BEGIN PRIVATE KEY.*", ""));
        assertRefused(config, look.examine(Instant.now()), "BEGIN PRIVATE KEY");
        assertThat(look.examine(Instant.now()).next()).contains("the next start makes another");
    }

    @Test
    void aKeyThatEverybodyMayReadIsWarnedOf() throws Exception {
        Path certificate = directory.resolve("own.crt");
        Path key = directory.resolve("own.key");
        Pem.make("EC", Instant.now().plus(Duration.ofDays(300))).write(certificate, key);
        CertificateCheck look = files(certificate, key);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(look.examine(Instant.now()).grade()).isEqualTo(Grade.OK);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Finding open = look.examine(Instant.now());
        assertThat(open.grade()).isEqualTo(Grade.WARN);
        assertThat(open.found()).contains("everybody on this machine");
        assertThat(open.next()).contains("chmod 600 " + key);
    }

    private static void assertRefused(ServerConfig config, Finding finding, String why) {
        assertThat(finding.grade()).isEqualTo(Grade.FAIL);
        assertThat(finding.found()).contains(why);
        assertThatThrownBy(() -> PledgeServer.start(config).close())
                .as("what a start says")
                .hasMessageContaining(why);
    }

    @Test
    void aKeyOfAnotherCertificateIsTold() throws Exception {
        Path certificate = directory.resolve("a.crt");
        Path key = directory.resolve("b.key");
        Instant until = Instant.now().plus(Duration.ofDays(300));
        Pem.make("EC", until).write(directory.resolve("b.crt"), key);
        Pem.make("EC", until).write(certificate, directory.resolve("a.key"));

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        Finding other = files(certificate, key).examine(Instant.now());
        Files.delete(key);
        Finding missing = files(certificate, key).examine(Instant.now());

        assertThat(other.grade()).isEqualTo(Grade.FAIL);
        assertThat(other.found()).contains("b.key", "does not belong to the first certificate");
        assertThat(other.next()).startsWith("put the key of that certificate there");
        assertThat(missing.grade()).isEqualTo(Grade.FAIL);
        assertThat(missing.found()).contains("b.key", "there is no such file");
    }
}
