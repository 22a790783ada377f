package io.channels4j.benchmarks.endtoend;

import io.channels4j.support.RedisProcess;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The processes of one kind of server in one setting. */
final class Servers implements AutoCloseable {

    private final Setting setting;
    private final List<ServerProcess> processes = new ArrayList<>();
    private final @Nullable Certificate certificate;
    private final @Nullable RedisProcess redis;

    private Servers(Setting setting) {
        this.setting = setting;
        certificate = setting.wire() == Wire.TLS ? Certificate.create() : null;
        redis = setting == Setting.TWO_PROCESSES ? RedisProcess.start() : null;
    }

    static Servers start(Class<?> server, Setting setting, CpuPinning cores) {
        Servers servers = new Servers(setting);
        try {
            for (int i = 0; i < setting.processes(); i++) {
                servers.processes.add(servers.startOne(server, cores));
            }
        } catch (RuntimeException e) {
            servers.close();
            throw e;
        }
        return servers;
    }

    private ServerProcess startOne(Class<?> server, CpuPinning cores) {
        List<String> options = new ArrayList<>(List.of(setting.jvmOption()));
        if (certificate != null) {
            options.add("-Dcontract.certificate=" + certificate.directory());
        }
        List<String> arguments = redis == null ? List.of() : List.of(redis.url());
        return ServerProcess.start(server, options, arguments, cores);
    }

    WorkloadRun trial() {
        List<Integer> ports = processes.stream().map(ServerProcess::port).toList();
        List<ProcessHandle> handles =
                processes.stream().map(ServerProcess::handle).toList();
        return new WorkloadRun(ports, setting.wire(), handles);
    }

    @Override
    public void close() {
        Collections.reverse(processes);
        processes.forEach(ServerProcess::close);
        if (redis != null) {
            redis.close();
        }
        if (certificate != null) {
            certificate.close();
        }
    }
}
