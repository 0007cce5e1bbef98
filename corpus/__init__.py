"""What is kept: documents, originals, catalogue, vocabulary, settings."""

from corpus._values import opening
from corpus.accounts import Account, Accounts, Role
from corpus.catalogue import Catalogue
from corpus.crawls import CrawlStore
from corpus.document import (
    FIELDS,
    MULTI_FIELDS,
    SINGLE_FIELDS,
    Address,
    AuditEntry,
    Change,
    Document,
    FieldValue,
    KnownAddress,
    Origin,
    Original,
    Page,
    Recorded,
    Status,
    Value,
    Version,
    Visibility,
)
from corpus.feedback import Feedback, FeedbackInbox, FeedbackState, Rating
from corpus.jobs import Job, JobKind, Jobs, JobState
from corpus.likeness import Likeness, Likenesses, LikenessKind, Side, Signature
from corpus.originals import OriginalStore
from corpus.recognised import RecognisedLine, RecognisedPage, RecognisedPages
from corpus.sessions import Sessions
from corpus.settings import Settings
from corpus.sources import Source, SourceKind, load_sources
from corpus.throttle import LogInThrottle
from corpus.vocabulary import Concept, Scheme, Vocabulary
from corpus.watching import WatchedFile

__all__ = [
    "FIELDS",
    "MULTI_FIELDS",
    "SINGLE_FIELDS",
    "Account",
    "Accounts",
    "Address",
    "AuditEntry",
    "Catalogue",
    "Change",
    "Concept",
    "CrawlStore",
    "Document",
    "Feedback",
    "FeedbackInbox",
    "FeedbackState",
    "FieldValue",
    "Job",
    "JobKind",
    "JobState",
    "Jobs",
    "KnownAddress",
    "Likeness",
    "LikenessKind",
    "Likenesses",
    "LogInThrottle",
    "Origin",
    "Original",
    "OriginalStore",
    "Page",
    "Rating",
    "RecognisedLine",
    "RecognisedPage",
    "RecognisedPages",
    "Recorded",
    "Role",
    "Scheme",
    "Sessions",
    "Settings",
    "Side",
    "Signature",
    "Source",
    "SourceKind",
    "Status",
    "Value",
    "Version",
    "Visibility",
    "Vocabulary",
    "WatchedFile",
    "load_sources",
    "opening",
]
