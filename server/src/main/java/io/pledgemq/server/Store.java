package io.pledgemq.server;

import io.pledgemq.engine.Engine;
import io.pledgemq.engine.EngineConfig;
import io.pledgemq.engine.command.Outcome;
import io.pledgemq.engine.io.DataDirectoryInUseException;
import io.pledgemq.engine.io.DataDirectoryUnusableException;
import io.pledgemq.engine.io.FileStorage;
import io.pledgemq.engine.log.LogException;
import io.pledgemq.engine.log.LogFullException;
import io.pledgemq.engine.log.UnsupportedFormatException;
import io.pledgemq.engine.recovery.RecoveryException;
import io.pledgemq.server.alert.Alerts;
import io.pledgemq.server.catalog.Catalog;
import io.pledgemq.server.catalog.GroupDefaults;
import io.pledgemq.server.config.GroupSetting;
import io.pledgemq.server.config.NewGroupsConfig;
import io.pledgemq.server.config.ServerConfig;
import io.pledgemq.server.config.TopicSetting;
import io.pledgemq.server.doctor.DataDirectory;
import io.pledgemq.server.doctor.Finding;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the engine and creates the configured topics and groups; says why it cannot. */
final class Store {
    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    private Store() {}

    static Engine open(ServerConfig config, Alerts alerts, Observability observability) throws StartException {
        Path directory = config.data().toAbsolutePath().normalize();
        EngineConfig engine = config.engine()
                .withOnAlert(alerts)
                .withOnFatal(Store::fatal)
                .withOnForce(observability.metrics().forces())
                .withOnProgress(observability.recovery());
        warnIfOpenToOthers(directory);
        try {
            return Engine.open(directory, engine);
        } catch (DataDirectoryInUseException e) {
            throw cannotUse(ExitStatus.IN_USE, directory, e, "stop the other one, or use another --data.");
        } catch (DataDirectoryUnusableException e) {
            throw cannotUse(ExitStatus.PERMISSION, directory, e, "correct owner and mode, or use another --data.");
        } catch (LogFullException e) {
            throw cannotUse(ExitStatus.FAILED, directory, e, "free space on its disk.");
        } catch (UnsupportedFormatException e) {
            throw cannotUse(ExitStatus.DAMAGED, directory, e, "use the PledgeMQ that wrote it.");
        } catch (LogException | RecoveryException e) {
            throw cannotUse(ExitStatus.DAMAGED, directory, e, "see docs/operating.md, 'The log is damaged'.");
        } catch (IOException e) {
            throw cannotUse(ExitStatus.FAILED, directory, e, "check the disk, and whether it is full.");
        }
    }

    private static void warnIfOpenToOthers(Path directory) {
        Finding access = new DataDirectory(directory).access();
        if (access.grade() == Finding.Grade.WARN) {
            LOG.warn("{}: {}", access.found(), access.next());
        }
    }

    /** Makes the data directory if there is none: the certificate is put there before the engine is opened. */
    static void makeDirectory(ServerConfig config) throws StartException {
        Path directory = config.data().toAbsolutePath().normalize();
        try {
            FileStorage.createIfMissing(directory);
        } catch (IOException e) {
            String why = e instanceof FileAlreadyExistsException
                    ? e.getMessage() + " is not a directory"
                    : "it cannot be made to last: " + e;
            throw StartException.of(
                    ExitStatus.PERMISSION,
                    "Cannot open the data directory " + directory + ".",
                    why + ".",
                    "correct owner and mode, or use another --data.",
                    e);
        }
    }

    private static StartException cannotUse(ExitStatus status, Path directory, Exception e, String next) {
        String why = e.getMessage() == null ? e.toString() : e.getMessage();
        return StartException.of(status, "Cannot open the data directory " + directory + ".", why + ".", next, e);
    }

    private static void fatal(Throwable cause) {
        LOG.error("the engine ends the process: what is durable is unknown; a restart finds out", cause);
        Runtime.getRuntime().halt(ExitStatus.FATAL.code());
    }

    /** Topics and groups, with those of the configuration; what is there stays as it is. */
    static Catalog catalog(Engine engine, ServerConfig config) throws StartException {
        var defaults = new GroupDefaults(
                config.newGroups().create(),
                config.newGroups().maxAttempts(),
                config.newGroups().retry(),
                config.newGroups().startFrom() == NewGroupsConfig.StartFrom.EARLIEST);
        Catalog catalog = Catalog.load(engine, defaults);
        for (TopicSetting topic : config.topics()) {
            if (catalog.topic(topic.name()) == null) {
                created(catalog.createTopic(topic.engine()).join(), "topic " + topic.name());
            }
        }
        for (GroupSetting group : config.groups()) {
            if (catalog.group(group.name()) == null) {
                created(catalog.putGroup(group.engine()).join(), "group " + group.name());
            }
        }
        return catalog;
    }

    private static void created(Outcome outcome, String what) throws StartException {
        if (outcome instanceof Outcome.Refused refused) {
            throw StartException.of(
                    ExitStatus.CONFIGURATION,
                    "Cannot create the configured " + what + ".",
                    refused.text() + ".",
                    "correct the configuration, or free disk space if that is what is missing.",
                    null);
        }
    }
}
