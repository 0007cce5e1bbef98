"""Every setting of the product, read once from one TOML file and the environment.

One decision: a setting is declared in one place, as a field of `Settings` with its description;
the reader, the environment variables and the documentation follow from there, and a key that
nobody declared is an error that names it, because a misspelt setting is otherwise never noticed.
"""

from __future__ import annotations

import dataclasses
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from corpus._disk import make_directory, storage_errors, write_new
from corpus._setting import PREFIX, Setting, SettingValue, about, checked, parsed
from corpus.errors import InvalidSettings

DEFAULT_CONFIG: Final = Path("julkaisuhaku.toml")
OTHER_VARIABLES: Final[Mapping[str, str]] = {
    "JULKAISUHAKU_CONFIG": "The configuration file, instead of `julkaisuhaku.toml`.",
    "JULKAISUHAKU_FAILPOINT": "Names the place where a crash test stops the process.",
    "JULKAISUHAKU_SHARED": "The folder of development data that some tests read.",
}
_MIB: Final = 1024 * 1024
_SECRET_BYTES: Final = 32
STATEMENT_NAME: Final = "accessibility.toml"
_PACKAGE: Final = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run, and the places of the data directory that follow from them."""

    data: Path = field(
        default=Path("var"),
        metadata=about("The data directory: catalogue, originals, index, configuration."),
    )
    engine: str = field(
        default="tantivy",
        metadata=about("The full-text engine.", choices=("tantivy", "whoosh")),
    )
    voikko: str = field(
        default="auto",
        metadata=about(
            "Where Finnish morphology comes from: the system's libvoikko, the dictionary "
            "installed by pip, or rules alone; `auto` takes the first that works.",
            choices=("auto", "native", "pip", "rules"),
        ),
    )
    host: str = field(default="127.0.0.1", metadata=about("The address the website listens on."))
    port: int = field(default=8000, metadata=about("The port the website listens on.", minimum=0))
    rate_limit: str = field(
        default="120/minute",
        metadata=about("Requests one visitor may make in a time; `off` lifts the limit."),
    )
    delay_s: float = field(
        default=1.0,
        metadata=about(
            "Seconds between two requests to one host. Values below 1 count for loopback "
            "hosts only.",
            minimum=0,
        ),
    )
    max_original_bytes: int = field(
        default=50 * _MIB,
        metadata=about("The largest original that is fetched or uploaded, in bytes.", minimum=1),
    )
    extract_memory_bytes: int = field(
        default=512 * _MIB,
        metadata=about("Memory one extraction process may use, in bytes.", minimum=64 * _MIB),
    )
    extract_timeout_s: float = field(
        default=60.0, metadata=about("Seconds the extraction of one document may take.", minimum=1)
    )
    ocr_languages: tuple[str, ...] = field(
        default=("fin", "swe", "eng"),
        metadata=about("The languages of Tesseract that scans are read in."),
    )
    ocr_timeout_s: float = field(
        default=120.0, metadata=about("Seconds one page of a scan may take.", minimum=1)
    )
    page_pictures_bytes: int = field(
        default=512 * _MIB,
        metadata=about("Room for pictures of pages, in bytes; 0: none are shown.", minimum=0),
    )
    query_budget_s: float = field(
        default=0.5,
        metadata=about(
            "Seconds one search may take before it answers with what it has.", minimum=0.01
        ),
    )
    kept_rebuilds: int = field(
        default=3,
        metadata=about(
            "How many rebuilt generations of the index are kept for `rollback`.", minimum=1
        ),
    )
    languages: tuple[str, ...] = field(
        default=("fi", "sv", "en"),
        metadata=about("Languages of the website, the first one being its own."),
    )
    site_name_fi: str = field(
        default="Julkaisuhaku", metadata=about("The website's name in Finnish.")
    )
    site_name_sv: str = field(
        default="Publikationssökning", metadata=about("The website's name in Swedish.")
    )
    site_name_en: str = field(
        default="Publication search", metadata=about("The website's name in English.")
    )
    color: str = field(
        default="#0d4a41",
        metadata=about(
            "The website's colour as `#rrggbb`; white on it, and it on the lightest grounds, has "
            "to reach a contrast of 4.5:1."
        ),
    )
    favicon: str = field(
        default="",
        metadata=about(
            "The website's icon: the name of an SVG, PNG or ICO file in the folder `config` of "
            "the data directory."
        ),
    )
    organisation: str = field(
        default="", metadata=about("The organisation that publishes the website.")
    )
    contact_email: str = field(
        default="",
        metadata=about(
            "Where visitors and owners of crawled sites may write; also told to crawled sites."
        ),
    )
    trusted_hosts: tuple[str, ...] = field(
        default=(),
        metadata=about(
            "Host names the website answers to, besides loopback names; none given: all."
        ),
    )
    proxy_count: int = field(
        default=0,
        metadata=about(
            "Reverse proxies in front of the website whose forwarding headers count.", minimum=0
        ),
    )

    @classmethod
    def load(cls, config: Path | None, data: Path | None, environ: Mapping[str, str]) -> Self:
        """Read the file, then the environment, then ``data`` (an option), each over the last.

        Without ``config`` (or JULKAISUHAKU_CONFIG) `julkaisuhaku.toml` is read where it exists.
        Raises `InvalidSettings` naming the key, its place and what is wrong with it.
        """
        named = config or (Path(environ[_CONFIG_VARIABLE]) if _is_config_named(environ) else None)
        values: dict[str, Any] = {}
        if named is not None or DEFAULT_CONFIG.is_file():
            values |= _from_file(named or DEFAULT_CONFIG)
        values |= _from_environment(environ)
        if data is not None:
            values["data"] = data
        return cls(**values)

    @property
    def catalogue_path(self) -> Path:
        """The catalogue's database."""
        return self.data / "catalogue.sqlite3"

    @property
    def originals_dir(self) -> Path:
        """The originals by their SHA-256."""
        return self.data / "originals"

    @property
    def index_dir(self) -> Path:
        """The generations of the index."""
        return self.data / "index"

    @property
    def config_dir(self) -> Path:
        """Vocabulary, sources, lexicon and golden queries of this installation."""
        return self.data / "config"

    @property
    def cache_dir(self) -> Path:
        """What may be deleted at any time."""
        return self.data / "cache"

    @property
    def inbox_dir(self) -> Path:
        """Files laid here are added to the corpus."""
        return self.data / "inbox"

    def site_name(self, language: str) -> str:
        """Return the website's name in a language, the Finnish one where it has none."""
        names = {"fi": self.site_name_fi, "sv": self.site_name_sv, "en": self.site_name_en}
        return names.get(language) or self.site_name_fi

    def prepare(self, *, lexicon: Path | None = None, queries: Path | None = None) -> None:
        """Create the data directory and copy the configuration that is not there yet.

        What stands in the configuration folder already is never touched. Raises `StorageError`
        naming the folder or file that cannot be written.
        """
        folders = (self.originals_dir, self.index_dir, self.config_dir, self.cache_dir)
        for folder in (self.data, *folders, self.inbox_dir):
            make_directory(folder)
        initial = {
            "vocabulary.toml": _PACKAGE / "vocabulary.toml",
            "sources.toml": _PACKAGE / "sources.toml",
            STATEMENT_NAME: _PACKAGE / STATEMENT_NAME,
            "lexicon.tsv": lexicon,
            "queries.toml": queries,
        }
        for name, origin in initial.items():
            target = self.config_dir / name
            if origin is not None and not target.exists():
                with storage_errors(origin):
                    content = origin.read_bytes()
                write_new(target, content)

    def secret_key(self) -> bytes:
        """Return the key that signs sessions and tokens, made at first use, readable by its owner.

        It lives in the data directory, so that no installation ever runs with a known secret.
        """
        path = self.data / "secret_key"
        if not path.exists():
            make_directory(self.data)
            write_new(path, secrets.token_bytes(_SECRET_BYTES), mode=0o600)
        with storage_errors(path):
            if path.stat().st_mode & 0o077:
                path.chmod(0o600)
            key = path.read_bytes()
        if len(key) < _SECRET_BYTES:
            raise InvalidSettings(
                f"{path} is shorter than {_SECRET_BYTES} bytes; delete it and a new key is made.",
                subject=str(path),
            )
        return key


_CONFIG_VARIABLE: Final = "JULKAISUHAKU_CONFIG"


def _declared() -> tuple[Setting, ...]:
    initial = Settings()
    return tuple(
        Setting(
            name=declared.name,
            default=getattr(initial, declared.name),
            description=declared.metadata["description"],
            choices=declared.metadata["choices"],
            minimum=declared.metadata["minimum"],
        )
        for declared in dataclasses.fields(Settings)
    )


SETTINGS: Final = _declared()


def _is_config_named(environ: Mapping[str, str]) -> bool:
    return bool(environ.get(_CONFIG_VARIABLE))


def _from_file(path: Path) -> dict[str, SettingValue]:
    try:
        with path.open("rb") as stream:
            read = tomllib.load(stream)
    except OSError as error:
        message = f"The configuration {path} cannot be read ({error.strerror})."
        raise InvalidSettings(message, subject=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        message = f"The configuration {path} is not valid TOML: {error}."
        raise InvalidSettings(message, subject=str(path)) from error
    declared = {setting.name: setting for setting in SETTINGS}
    values: dict[str, SettingValue] = {}
    for key, raw in read.items():
        if key not in declared:
            raise InvalidSettings(_unknown(key, str(path), declared), subject=key)
        values[key] = checked(declared[key], raw, f"{key} in {path}")
    folder = values.get("data")
    if isinstance(folder, Path):  # a folder in a file is meant from where the file stands
        values["data"] = path.parent / folder
    return values


def _from_environment(environ: Mapping[str, str]) -> dict[str, SettingValue]:
    declared = {setting.variable: setting for setting in SETTINGS}
    values: dict[str, SettingValue] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        if variable not in declared:
            raise InvalidSettings(_unknown(variable, "the environment", declared), subject=variable)
        setting = declared[variable]
        raw = parsed(setting, text, f"{variable} in the environment")
        values[setting.name] = checked(setting, raw, f"{variable} in the environment")
    return values


def _unknown(key: str, place: str, known: Mapping[str, Setting]) -> str:
    return f"The setting {key} in {place} is not known. Known are: {', '.join(sorted(known))}."


def settings_table() -> str:
    """Return the reference of all settings as a Markdown page (docs/settings.md)."""
    lines = [
        "# Settings",
        "",
        "Set in `julkaisuhaku.toml` (a flat list of `key = value`) or in the environment, which",
        "wins. A key that is not listed here is an error. A relative folder in the file is meant",
        "from where the file stands. Lists in the environment are separated by commas.",
        "",
        "| key | environment | holds | default | what it does |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{setting.name}` | `{setting.variable}` | {setting.kind} | {_shown(setting.default)} "
        f"| {setting.description} |"
        for setting in SETTINGS
    ]
    lines += ["", "Read from the environment only:", ""]
    lines += [f"- `{name}`: {meaning}" for name, meaning in sorted(OTHER_VARIABLES.items())]
    return "\n".join(lines) + "\n"


def _shown(default: SettingValue) -> str:
    if isinstance(default, tuple):
        return ", ".join(f"`{item}`" for item in default) or "none"
    return f"`{default}`" if str(default) else "none"
