"""A WordPress of Debian's, started for a test: MariaDB behind a socket, PHP's own server in front.

Everything lives in one folder and runs without the rights of root; nothing of the machine's own
WordPress or database is read or changed.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

_WORDPRESS: Final = Path("/usr/share/wordpress")
_SCRIPTS: Final = Path(__file__).parent / "php"
_NEEDED: Final = (
    (_WORDPRESS / "wp-includes" / "version.php", "wordpress"),
    (_WORDPRESS / "wp-content" / "languages" / "fi.mo", "wordpress-l10n"),
    (
        _WORDPRESS / "wp-content" / "themes" / "twentytwentythree",
        "wordpress-theme-twentytwentythree",
    ),
    (Path("/usr/bin/mariadb-install-db"), "mariadb-server-core"),
    (Path("/usr/sbin/mariadbd"), "mariadb-server-core"),
    (Path("/usr/bin/php"), "php-cli"),
)
_MODULES: Final = (("mysqli", "php-mysql"), ("SimpleXML", "php-xml"))
_NOBODY: Final = "nobody"
_START_S: Final = 60.0
_PHP: Final = ("php", "-d", "opcache.enable_cli=1", "-d", "display_errors=stderr")


@dataclass(frozen=True, slots=True)
class Post:
    """What WordPress says of a post that it published."""

    slug: str
    id: int
    url: str
    pdf: str
    attachment: str  # the page that WordPress makes for the file


def missing() -> str:
    """Return what the machine lacks, in words; an empty string where nothing is missing."""
    packages = dict.fromkeys(package for path, package in _NEEDED if not path.exists())
    if not packages:
        modules = subprocess.run(["php", "-m"], capture_output=True, text=True, check=True).stdout
        packages = dict.fromkeys(
            package for module, package in _MODULES if module not in modules.split()
        )
    return f"Debian's {', '.join(packages)} not installed" if packages else ""


class WordPress:
    """A context manager: a site at ``url`` for as long as it lasts."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="julkaisuhaku-wp-"))
        self._root = self._folder / "wordpress"
        self._running: list[subprocess.Popen[bytes]] = []
        self._port = _free_port()

    @property
    def url(self) -> str:
        """The address of the site without a slash at its end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def folder(self) -> Path:
        """Where files can be laid that WordPress is to take in."""
        return self._folder

    def __enter__(self) -> Self:
        try:
            self._copy()
            self._own()
            self._start_database()
            self._start_php()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()

    def install(self, title: str, motto: str) -> None:
        """Set the site up, in Finnish."""
        self._script("install.php", title, motto)

    def publish(self, content: dict[str, object]) -> list[Post]:
        """Publish posts and pages; return the posts that can be seen."""
        given = self._folder / "given.json"
        given.write_text(json.dumps(content), encoding="utf-8")
        self._own()
        made = json.loads(self._script("fill.php", str(given)))
        return [Post(**one) for one in made]

    def edit(self, post: Post, text: str) -> None:
        """Add a paragraph to a post."""
        self._script("change.php", "edit", str(post.id), text)

    def delete(self, post: Post) -> None:
        """Delete a post and its file for good."""
        self._script("change.php", "delete", str(post.id))

    def _copy(self) -> None:
        languages = str(_WORDPRESS / "wp-content" / "languages")

        def left_out(folder: str, names: list[str]) -> list[str]:
            if folder != languages:
                return []
            return [name for name in names if not name.removeprefix("admin-").startswith("fi.")]

        shutil.copytree(_WORDPRESS, self._root, ignore=left_out, ignore_dangling_symlinks=True)
        shutil.copy(_SCRIPTS / "wp-config.php", self._root / "wp-config.php")
        (self._root / "wp-content" / "uploads").mkdir(exist_ok=True)
        site = {"url": self.url, "socket": str(self._socket)}
        (self._folder / "site.json").write_text(json.dumps(site), encoding="utf-8")

    def _own(self) -> None:
        """Give everything to the user that runs it."""
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", _NOBODY, str(self._folder)], check=True)

    @property
    def _socket(self) -> Path:
        return self._folder / "db.sock"

    def _start_database(self) -> None:
        data = self._folder / "database"
        folder = f"--datadir={data}"
        made = [
            *("mariadb-install-db", "--no-defaults", folder, "--skip-test-db"),
            "--auth-root-authentication-method=normal",
        ]
        self._finish([*made, f"--user={_NOBODY}"] if os.geteuid() == 0 else made)
        self._start(
            [
                *("mariadbd", "--no-defaults", folder, f"--socket={self._socket}"),
                *("--skip-networking", "--innodb-flush-log-at-trx-commit=0"),
                *("--innodb-buffer-pool-size=32M", f"--init-file={self._database_script()}"),
            ]
        )
        self._wait(self._socket.exists, "mariadbd")

    def _database_script(self) -> Path:
        path = self._folder / "database.sql"
        path.write_text("CREATE DATABASE wordpress CHARACTER SET utf8mb4;\n", encoding="utf-8")
        path.chmod(0o644)
        return path

    def _start_php(self) -> None:
        router = self._folder / "router.php"
        shutil.copy(_SCRIPTS / "router.php", router)
        serve = ["-S", f"127.0.0.1:{self._port}", "-t", str(self._root), str(router)]
        self._start([*_PHP, *serve], PHP_CLI_SERVER_WORKERS="2")
        self._wait(self._answers, "php")

    def _answers(self) -> bool:
        with socket.socket() as tried:
            return tried.connect_ex(("127.0.0.1", self._port)) == 0

    def _script(self, name: str, *arguments: str) -> str:
        script = self._folder / name
        shutil.copy(_SCRIPTS / name, script)
        return self._finish([*_PHP, str(script), str(self._root), *arguments])

    def _finish(self, command: list[str]) -> str:
        done = subprocess.run(
            command,
            cwd=self._folder,
            user=_user(),
            capture_output=True,
            text=True,
            timeout=_START_S * 2,
            check=False,
        )
        if done.returncode != 0:
            raise RuntimeError(f"{command[0]} failed: {done.stderr[-2000:]}{done.stdout[-2000:]}")
        return done.stdout

    def _start(self, command: list[str], **environment: str) -> None:
        with (self._folder / f"{command[0]}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(
                    command,
                    cwd=self._folder,
                    user=_user(),
                    env={**os.environ, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )

    def _wait(self, is_there: Callable[[], bool], name: str) -> None:
        deadline = time.monotonic() + _START_S
        while not is_there():
            if time.monotonic() > deadline or self._running[-1].poll() is not None:
                log = (self._folder / f"{name}.log").read_text(errors="replace")
                raise RuntimeError(f"{name} does not start: {log[-2000:]}")
            time.sleep(0.05)

    def _stop(self) -> None:
        for process in reversed(self._running):  # killed: nothing of it is kept
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def _user() -> str | None:
    return _NOBODY if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port
