"""OpenSearch servers for tests: put together once from the jars on Maven Central, and started on 127.0.0.1.

Maven Central has no distribution, but every jar of one. The modules' jars have no descriptors, which are written here.
KOTAE_TEST_OPENSEARCH names another version, or is `off`; KOTAE_TEST_CACHE is another folder for the jars.
"""

from __future__ import annotations

import atexit
import fcntl
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from index.ranking.engine import Entry
from index.ranking.opensearch.addresses import parse_addresses
from index.ranking.opensearch.cluster import Cluster
from index.ranking.opensearch.engine import OpenSearchEngine
from index.ranking.opensearch.index import PassageIndex
from tests.proxies import Proxy

# Versions, each with the Java that runs it and the log4j-core that fits it, which its pom leaves out.
_VERSIONS = {"2.19.6": (range(17, 24), "2.25.4"), "3.9.0": (range(21, 99), "2.25.5")}
_GROUP = "org.opensearch"
_MODULES = {
    "transport-netty4": ("transport-netty4-client", r"Netty4(Module)?Plugin"),
    "lang-painless": ("lang-painless", r"Painless(Module)?Plugin"),
    "analysis-common": ("analysis-common", r"CommonAnalysis(Module)?Plugin"),
}
_EXTENDS = {"analysis-common": "lang-painless"}
# Version 2 runs its modules under a security manager.
_POLICIES = {
    "transport-netty4": (
        'permission java.net.SocketPermission "*", "accept,connect";'
        'permission java.io.FilePermission "/proc/sys/net/core/somaxconn", "read";'
        'permission java.lang.RuntimePermission "setContextClassLoader";'
        'permission java.lang.RuntimePermission "getClassLoader";'
        'permission java.lang.RuntimePermission "accessDeclaredMembers";'
        'permission java.lang.reflect.ReflectPermission "suppressAccessChecks";'
    ),
    "lang-painless": (
        'permission java.lang.RuntimePermission "createClassLoader";'
        'permission java.lang.RuntimePermission "getClassLoader";'
    ),
}
_LOGGING = """status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
rootLogger.level = warn
rootLogger.appenderRef.console.ref = console
"""
_STARTING = 180
_UNPRIVILEGED = 65534
# Higher than the numbers of the passages that tests give to an engine.
_MOST_NUMBERS = 2_000


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class OpenSearchServers:
    """The nodes of a cluster, each a process. Skips the test where there is no Java, or no network for the jars.

    `quick` servers take the half of the time to start, and a third more for each question once they have answered thousands.
    Where there are `networks`, the nodes talk to each other through them, and kotae to them: they can be cut.
    """

    def __init__(self, nodes: int, *, heap: str = "256m", quick: bool = True, networks: bool = False) -> None:
        self._version, self._java = _runnable()
        self._home = _assembled(self._version)
        self._heap = heap
        self._quick = quick
        self._folder = Path(tempfile.mkdtemp(prefix="kotae-opensearch-"))
        # OpenSearch refuses to run as root.
        self._folder.chmod(0o755)
        ports = free_ports(2 * nodes)
        self._http_ports, self._transport_ports = ports[:nodes], ports[nodes:]
        # Those to the nodes from kotae, and from each other.
        self.networks = [Proxy(port) for port in self._http_ports] if networks else []
        self.inner_networks = [Proxy(port) for port in self._transport_ports] if networks else []
        self._processes: list[subprocess.Popen[bytes] | None] = [None] * nodes
        try:
            for node in self.nodes:
                self.start(node)
            self.wait()
        except BaseException:
            self.remove()
            raise

    @property
    def nodes(self) -> range:
        """The numbers of the nodes."""
        return range(len(self._http_ports))

    @property
    def url(self) -> str:
        """The addresses of all nodes."""
        ports = [network.port for network in self.networks] or self._http_ports
        return ",".join(f"http://127.0.0.1:{port}" for port in ports)

    def start(self, node: int) -> None:
        """Start a node, with the data that it had."""
        folder = self._folder / str(node)
        for name in ("config", "data", "logs", "tmp"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / "config" / "log4j2.properties").write_text(_LOGGING, encoding="utf-8")
        published = [network.port for network in self.inner_networks] or self._transport_ports
        seeds = ",".join(f"127.0.0.1:{port}" for port in published)
        settings = {
            "cluster.name": "kotae-tests",
            "node.name": f"node{node}",
            "network.host": "127.0.0.1",
            "http.port": self._http_ports[node],
            "transport.port": self._transport_ports[node],
            "transport.publish_port": published[node],
            "discovery.seed_hosts": seeds,
            "cluster.initial_cluster_manager_nodes": ",".join(f"node{one}" for one in self.nodes),
            "path.data": folder / "data",
            "path.logs": folder / "logs",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
            "node.store.allow_mmap": str(not self._quick).lower(),
            # A node that says nothing is missed sooner than the half a minute that is usual.
            **{f"cluster.fault_detection.{one}_check.timeout": "3s" for one in ("follower", "leader")},
            **{f"cluster.fault_detection.{one}_check.retry_count": "2" for one in ("follower", "leader")},
            "cluster.publish.timeout": "5s",
            "cluster.follower_lag.timeout": "10s",
            # It counts garbage, of which a small heap is always full.
            "indices.breaker.total.use_real_memory": "false",
        }
        lines = [f'{name}: "{value}"\n' for name, value in settings.items()]
        (folder / "config" / "opensearch.yml").write_text("".join(lines), encoding="utf-8")
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, _UNPRIVILEGED, _UNPRIVILEGED)
            user = {"user": _UNPRIVILEGED, "group": _UNPRIVILEGED, "extra_groups": []}
        # It ends with this process, however that ends.
        ending = ["setpriv", "--pdeathsig", "KILL"] if sys.platform == "linux" else []
        with (folder / "output").open("ab") as output:
            self._processes[node] = subprocess.Popen(
                [*ending, *self._command(folder)], stdout=output, stderr=output, cwd=folder / "tmp", **user
            )

    def _command(self, folder: Path) -> list[str]:
        manager = ["-Djava.security.manager=allow"] if self._version.startswith("2") else []
        return [
            self._java,
            f"-Xms{self._heap}",
            f"-Xmx{self._heap}",
            "-XX:+UseSerialGC",
            *(["-XX:TieredStopAtLevel=1"] if self._quick else []),
            "-Xshare:auto",
            *manager,
            "-Dio.netty.noUnsafe=true",
            "-Dio.netty.noKeySetOptimization=true",
            "-Dio.netty.allocator.numDirectArenas=0",
            "-Dlog4j2.disable.jmx=true",
            f"-Djava.io.tmpdir={folder / 'tmp'}",
            f"-Dopensearch.path.home={self._home}",
            f"-Dopensearch.path.conf={folder / 'config'}",
            "-Dopensearch.distribution.type=tar",
            "-cp",
            f"{self._home / 'lib'}/*",
            "org.opensearch.bootstrap.OpenSearch",
        ]

    def wait(self, status: str = "green") -> None:
        """Wait until all nodes are there, and all shards."""
        path = f"/_cluster/health?wait_for_status={status}&wait_for_nodes={len(self.nodes)}&timeout=1s"
        until = time.monotonic() + _STARTING
        while True:
            for node, process in enumerate(self._processes):
                assert process is None or process.poll() is None, self.output(node)
            try:
                if not self.get(path)["timed_out"]:
                    return
            except OSError:
                time.sleep(0.2)
            assert time.monotonic() < until, self.output(0)

    def output(self, node: int) -> str:
        """What a node has written last."""
        return (self._folder / str(node) / "output").read_text(encoding="utf-8")[-3_000:]

    def get(self, path: str, *, method: str = "GET", body: object = None) -> Any:
        """The answer of the first node that answers; raises OSError."""
        error: OSError = OSError()
        for port in self._http_ports:
            data = None if body is None else json.dumps(body).encode()
            address = f"http://127.0.0.1:{port}{path}"
            request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
            try:
                with urllib.request.urlopen(request, timeout=5 if method == "GET" else 30) as answer:  # noqa: S310 - on this machine
                    return json.load(answer)
            except urllib.error.HTTPError:
                raise
            except OSError as raised:
                error = raised
        raise error

    def kill(self, node: int) -> None:
        """End a node without warning."""
        process = self._processes[node]
        if process:
            process.kill()
            process.wait()
        self._processes[node] = None

    def pause(self, node: int) -> None:
        """Let a node hang."""
        self._send(node, signal.SIGSTOP)

    def resume(self, node: int) -> None:
        """Let it go on."""
        self._send(node, signal.SIGCONT)

    def clear(self) -> None:
        """Delete every index of kotae."""
        self.get("/kotae-*,-kotae-contract-*", method="DELETE")

    def remove(self) -> None:
        """End all nodes and delete their files."""
        for node in self.nodes:
            self.kill(node)
        for network in (*self.networks, *self.inner_networks):
            network.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _send(self, node: int, number: signal.Signals) -> None:
        process = self._processes[node]
        assert process
        process.send_signal(number)


_shared: list[OpenSearchServers | Exception] = []


def shared_servers() -> OpenSearchServers:
    """Three nodes for all tests; they end with the tests. Where they cannot be started, that is tried once."""
    if not _shared:
        try:
            _shared.append(OpenSearchServers(3, networks=True))
        except (AssertionError, OSError) as error:
            _shared.append(error)
    (servers,) = _shared
    if isinstance(servers, Exception):
        raise servers
    return servers


@atexit.register
def _end() -> None:
    for servers in _shared:
        if isinstance(servers, OpenSearchServers):
            servers.remove()


class _Emptied:
    """An index that is emptied, and filled again, for each engine of a test: making one takes longer than any question."""

    def __init__(self, name: str) -> None:
        self._cluster = Cluster(parse_addresses(shared_servers().url))
        self._name = name
        self._generation = 0
        self._engine: OpenSearchEngine | None = None

    def filled(self, collection: Sequence[Entry]) -> OpenSearchEngine:
        """An engine of these passages."""
        # Each change of a test is a generation.
        self._generation += 1_000_000
        index = PassageIndex(self._cluster, self._name)
        if self._engine is None:
            index.create(1)
        else:
            index.remove(
                (passage.number for passage in self._engine.index.passages(range(_MOST_NUMBERS))), self._generation
            )
        self._engine = OpenSearchEngine(index, self._generation)
        self._engine.add(collection)
        return self._engine


@cache
def _emptied() -> Iterator[_Emptied]:
    # A test may compare two engines.
    return itertools.cycle([_Emptied(f"kotae-contract-{number}") for number in range(3)])


def built_on_opensearch(collection: Iterable[Entry]) -> OpenSearchEngine:
    """An engine of these passages, in the cluster for all tests; the third one made after it takes its place."""
    return next(_emptied()).filled([*collection])


def _runnable() -> tuple[str, str]:
    """A version, and a Java that runs it."""
    version = os.environ.get("KOTAE_TEST_OPENSEARCH") or next(iter(_VERSIONS))
    if version not in _VERSIONS:
        return pytest.skip("OpenSearch's servers are not wanted: KOTAE_TEST_OPENSEARCH is no version of theirs")
    found = {version: java for java, version in _javas().items()}
    for java_version in sorted(found):
        if java_version in _VERSIONS[version][0]:
            return version, found[java_version]
    return pytest.skip("no Java for OpenSearch (Debian: apt-get install maven openjdk-17-jre-headless)")


@cache
def _javas() -> dict[str, int]:
    """The Javas of this machine, with their versions."""
    named = [shutil.which("java"), *map(str, Path("/usr/lib/jvm").glob("*/bin/java"))]
    if home := os.environ.get("JAVA_HOME"):
        named.append(str(Path(home) / "bin" / "java"))
    versions = {}
    for java in filter(None, named):
        told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
        if number := re.search(r'version "(\d+)', told):
            versions[java] = int(number[1])
    return versions


def _assembled(version: str) -> Path:
    """The folder of a version, which is put together once."""
    default = Path("/var/cache") if os.geteuid() == 0 else Path.home() / ".cache"
    folder = Path(os.environ.get("KOTAE_TEST_CACHE") or default / "kotae-tests")
    home = folder / f"opensearch-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not home.exists():
            if not shutil.which("mvn"):
                pytest.skip("OpenSearch is put together with Maven (Debian: apt-get install maven)")
            with tempfile.TemporaryDirectory(dir=folder) as unfinished:
                try:
                    _assemble(version, Path(unfinished))
                except subprocess.CalledProcessError as error:
                    pytest.skip(f"Maven cannot fetch OpenSearch: {error.stdout.decode(errors='replace')[-300:]}")
                (Path(unfinished) / "home").rename(home)
    return home


def _assemble(version: str, folder: Path) -> None:
    home = folder / "home"
    server = [(_GROUP, "opensearch", version), (_GROUP, "opensearch-plugin-classloader", version)]
    server.append(("org.apache.logging.log4j", "log4j-core", _VERSIONS[version][1]))
    if not version.startswith("2"):
        server.append((_GROUP, "opensearch-agent-bootstrap", version))
    jars = _fetch(server, folder / "server")
    # It insists on all of these folders.
    for name in ("bin", "plugins", "modules"):
        (home / name).mkdir(parents=True)
    shutil.copytree(folder / "server" / "jars", home / "lib")
    for name, (artifact, plugin) in _MODULES.items():
        module = home / "modules" / name
        module.mkdir()
        others = {f"lang-painless-{version}.jar"} if name in _EXTENDS else set()
        fetched = _fetch([*server, (f"{_GROUP}.plugin", artifact, version)], folder / name) - jars - others
        for jar in fetched:
            if "native-quic" not in jar:
                shutil.copy(folder / name / "jars" / jar, module)
        with zipfile.ZipFile(module / f"{artifact}-{version}.jar") as archive:
            (path,) = [one for one in archive.namelist() if re.search(rf"/{plugin}\.class$", one)]
        described = {
            "description": name,
            "version": version,
            "name": name,
            "classname": path.removesuffix(".class").replace("/", "."),
            "java.version": str(_VERSIONS[version][0][0]),
            "opensearch.version": version,
            "has.native.controller": "false",
        }
        if name in _EXTENDS:
            described["extended.plugins"] = _EXTENDS[name]
        lines = [f"{key}={value}\n" for key, value in described.items()]
        (module / "plugin-descriptor.properties").write_text("".join(lines), encoding="utf-8")
        if name in _POLICIES:
            (module / "plugin-security.policy").write_text(f"grant {{ {_POLICIES[name]} }};", encoding="utf-8")
    # The server runs as somebody else, where we are root.
    for readable in (folder, *folder.rglob("*")):
        readable.chmod(0o755 if readable.is_dir() else 0o644)


def _fetch(artifacts: list[tuple[str, str, str]], folder: Path) -> set[str]:
    """The names of the jars of some artifacts and of what they depend on, which are put into `jars`."""
    folder.mkdir()
    dependencies = "".join(
        f"<dependency><groupId>{group}</groupId><artifactId>{name}</artifactId><version>{version}</version></dependency>"
        for group, name, version in artifacts
    )
    (folder / "pom.xml").write_text(
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion><groupId>tests</groupId>'
        f"<artifactId>tests</artifactId><version>1</version><dependencies>{dependencies}</dependencies></project>",
        encoding="utf-8",
    )
    command = ["mvn", "-B", "-q", "dependency:copy-dependencies", f"-DoutputDirectory={folder}/jars"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return {path.name for path in (folder / "jars").iterdir()}
