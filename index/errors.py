"""What can go wrong through no fault of the program: one class a cause.

    KotaeError
    ├── ContentError          something about a file or folder of documents
    │   ├── ContentMissing
    │   ├── ContentUnreadable
    │   ├── ContentLinkDangling
    │   ├── ContentTruncated
    │   ├── ContentNotRegular
    │   ├── ContentFolderLink
    │   ├── ContentEmpty
    │   ├── ContentWithoutText
    │   ├── ContentBinary
    │   ├── ContentNotUtf8
    │   ├── ContentEncodingUnknown
    │   ├── ContentEncodingBroken
    │   ├── ContentKindUnknown
    │   ├── ContentOtherKind
    │   ├── ContentFrontMatterBroken
    │   ├── ContentDamaged
    │   ├── ContentEncrypted
    │   ├── ContentGarbled
    │   ├── ContentPagesDamaged
    │   ├── ContentPagesScanned
    │   ├── ContentFormulasUncalculated
    │   ├── ContentQuotesUnclosed
    │   ├── ContentRowsJoined
    │   ├── ContentRowsUnclear
    │   ├── ContentNotExport
    │   ├── ContentNestedTooDeep
    │   ├── ContentTooLarge
    │   ├── ContentExpandsTooLarge
    │   ├── ContentTooManyPages
    │   ├── ContentTooManyParagraphs
    │   ├── ContentTooSlow
    │   ├── ContentTooMuchMemory
    │   ├── LoaderEnded
    │   ├── LoaderFailed
    │   ├── FolderWithoutDocuments
    │   ├── SourceEmptied
    │   └── SourceBusy
    ├── DatabaseError         something about the database that documents are stored in
    │   ├── DatabaseUrlInvalid
    │   ├── DatabaseKindUnsupported
    │   ├── DatabaseDriverMissing
    │   ├── DatabaseMissing
    │   ├── DatabaseUnusable
    │   ├── DatabaseLocked
    │   ├── DatabaseHostUnknown
    │   ├── DatabaseUnreachable
    │   ├── DatabaseTimedOut
    │   ├── DatabaseDisconnected
    │   ├── DatabaseNotOnServer
    │   ├── DatabaseLoginRefused
    │   ├── DatabaseForbidden
    │   ├── DatabaseRefused
    │   ├── DatabaseNotUtf8
    │   ├── DatabaseDamaged
    │   ├── DatabaseNotOurs
    │   ├── ReplicaUnrelated
    │   └── DatabaseNewer
    ├── OpenSearchError       something about the cluster that ranks passages
    │   ├── OpenSearchClientMissing
    │   ├── OpenSearchUrlMissing
    │   ├── OpenSearchUrlInvalid
    │   ├── OpenSearchUnreachable
    │   ├── OpenSearchTimedOut
    │   ├── OpenSearchCertificateRefused
    │   ├── OpenSearchLoginRefused
    │   ├── OpenSearchForbidden
    │   ├── OpenSearchVersionUnsupported
    │   ├── OpenSearchIncomplete
    │   ├── OpenSearchFull
    │   ├── OpenSearchRefused
    │   └── OpenSearchIndexNotReady
    ├── BackupInvalid         a file to restore from that is no whole backup
    ├── BackupNewer           a backup that a later version of the program made
    ├── BackupTooLarge        a backup that there is no room to unpack
    ├── WorkerEnded           whoever worked on something queued was gone each time, perhaps because of it
    ├── WorkFailed            something queued could not be worked for no known cause
    ├── SourceGone            what documents were being taken into was removed
    ├── QuestionSetInvalid    an evaluation file that holds no question set
    ├── QuestionInvalid       a line of an evaluation file that holds no question
    ├── QuestionSetsMixed     a set of chat questions among sets in SQuAD format
    ├── ConfigurationUnknown  a configuration to measure that is not there
    ├── AgainstUnknown        neither a configuration nor a file to compare with
    ├── RunInvalid            a file to compare with that is not a saved run
    ├── RunsDiffer            a run of other questions to compare with
    ├── OutputUnwritable      a file that cannot be written
    ├── OutputExists          a file that would be written over
    ├── PlotUnavailable       what draws is not installed
    ├── SettingInvalid        a value in the environment or .env
    ├── QuestionEmpty         nothing was asked
    ├── EncoderMissing        the optional extra with the encoder is not installed
    └── EncoderUnsupported    by this processor

The sentence for each cause, in each language, is in bot/wording/errors.py under the name of the class.
"""

from __future__ import annotations


class KotaeError(Exception):
    """A cause that a user can mend; `values` fill the gaps of its sentence."""

    def __init__(self, **values: str) -> None:
        super().__init__(type(self).__name__, values)
        self.values = values

    def __reduce__(self) -> tuple[object, ...]:
        """How it gets from one process to another."""
        return _made, (type(self), self.values)

    def __str__(self) -> str:
        return f"{type(self).__name__}: " + ", ".join(f"{name} {value}" for name, value in self.values.items())


def _made(kind: type[KotaeError], values: dict[str, str]) -> KotaeError:
    return kind(**values)


class ContentError(KotaeError):
    """Something about a file or folder of documents; `values` has its `path`."""


class ContentMissing(ContentError):
    """There is nothing at the path."""


class ContentUnreadable(ContentError):
    """The operating system does not let us read it; `values` has its `reason`."""


class ContentLinkDangling(ContentError):
    """The path is a link to what is not there."""


class ContentTruncated(ContentError):
    """The file breaks off before its end."""


class ContentNotRegular(ContentError):
    """The path is neither a file nor a folder but a pipe, a device, or the like."""


class ContentFolderLink(ContentError):
    """A link within a folder to another folder, which is not followed."""


class ContentEmpty(ContentError):
    """The file has no text that could be an answer."""


class ContentWithoutText(ContentError):
    """The pages of a PDF file are pictures."""


class ContentBinary(ContentError):
    """The file holds bytes that no text file holds."""


class ContentNotUtf8(ContentError):
    """The file has to be in UTF-8, and is text in another encoding."""


class ContentEncodingUnknown(ContentError):
    """The file is text in no encoding that we can tell."""


class ContentEncodingBroken(ContentError):
    """Some bytes of a text are not in its `encoding`, the first in this `line`."""


class ContentKindUnknown(ContentError):
    """No loader knows the file's suffix; `values` has the `known` ones."""


class ContentOtherKind(ContentError):
    """The file holds something of another `kind` than its suffix says, which no loader reads."""


class ContentFrontMatterBroken(ContentError):
    """The lines between the two `---` are not YAML; `values` has the `reason`."""


class ContentDamaged(ContentError):
    """The file is not what a file of its `kind` is."""


class ContentEncrypted(ContentError):
    """The file opens with a password only."""


class ContentGarbled(ContentError):
    """What some `pages` of a PDF file say cannot be told: the characters that it gives for its glyphs are not theirs."""


class ContentPagesDamaged(ContentError):
    """Some `pages` of a PDF file cannot be read."""


class ContentPagesScanned(ContentError):
    """Some `pages` of a PDF file are pictures, and have no text."""


class ContentFormulasUncalculated(ContentError):
    """Some `cells` of a workbook have formulas, but no values, since no program has calculated them."""


class ContentQuotesUnclosed(ContentError):
    """Some `lines` of a table have quotation marks that do not fit, and are read as they stand."""


class ContentRowsJoined(ContentError):
    """Some `lines` of a table have more cells than there are columns, which were put together."""


class ContentRowsUnclear(ContentError):
    """Some `lines` of a table have more cells than there are columns, and nothing says which belong together."""


class ContentNotExport(ContentError):
    """A JSON file that neither DiscordChatExporter nor Slack saved."""


class ContentNestedTooDeep(ContentError):
    """Something in the file stands in something else too many times over."""


class ContentTooLarge(ContentError):
    """The file has more megabytes (`size`) than the `largest` may have."""


class ContentExpandsTooLarge(ContentError):
    """The file is small only because it is packed, and unpacked larger than the `largest` may be."""


class ContentTooManyPages(ContentError):
    """The file has more `pages` than the `most` that are read."""


class ContentTooManyParagraphs(ContentError):
    """The file has more `paragraphs` than the `most` that are kept of one."""


class ContentTooSlow(ContentError):
    """The file was not read within so many `seconds`."""


class ContentTooMuchMemory(ContentError):
    """Reading the file takes more megabytes of memory than `most`."""


class LoaderEnded(ContentError):
    """The process that read the file came to an unexpected end; `values` has the `memory` that it had."""


class LoaderFailed(ContentError):
    """The file is such that its loader failed; `values` has the `reason`."""


class FolderWithoutDocuments(ContentError):
    """The folder holds no file that a loader knows; `values` has the `known` suffixes."""


class SourceEmptied(ContentError):
    """Where so many `documents` were taken from is nothing any more, as where a disk is not mounted; they are kept."""


class SourceBusy(ContentError):
    """Another process takes documents into the source for longer than is waited; `values` has the `holder`."""


class DatabaseError(KotaeError):
    """Something about the database that documents are stored in; `values` has the `database`."""


class DatabaseUrlInvalid(DatabaseError):
    """The address is not one of a database."""


class DatabaseKindUnsupported(DatabaseError):
    """The address is that of another kind of database, or names another driver, than those that are supported."""


class DatabaseDriverMissing(DatabaseError):
    """The package that talks to PostgreSQL is not installed."""


class DatabaseMissing(DatabaseError):
    """There is no database yet."""


class DatabaseUnusable(DatabaseError):
    """The database, or the disk under it, refuses; `values` has the `reason`."""


class DatabaseLocked(DatabaseError):
    """Somebody else keeps what we need for longer than we wait."""


class DatabaseHostUnknown(DatabaseError):
    """The name of the server's machine has no address."""


class DatabaseUnreachable(DatabaseError):
    """No server is there to connect to, or none that is ready."""


class DatabaseTimedOut(DatabaseError):
    """The server, or the way to it, does not answer in time."""


class DatabaseDisconnected(DatabaseError):
    """The server ended, or the way to it broke, in the middle of something."""


class DatabaseNotOnServer(DatabaseError):
    """The server has no database of this name."""


class DatabaseLoginRefused(DatabaseError):
    """The server does not let this user in with this password; `values` has the `reason`."""


class DatabaseForbidden(DatabaseError):
    """The user may not do in the database what has to be done; `values` has the `reason`."""


class DatabaseRefused(DatabaseError):
    """The server refuses for a `reason` of its own."""


class DatabaseNotUtf8(DatabaseError):
    """The server keeps the database's texts in an `encoding` that has no room for every character."""


class DatabaseDamaged(DatabaseError):
    """The file is damaged, or is no database; `values` has the `reason`."""


class DatabaseNotOurs(DatabaseError):
    """The database holds tables of something else."""


class ReplicaUnrelated(DatabaseError):
    """The replica is one of another database."""


class DatabaseNewer(DatabaseError):
    """A later version of the program made the database."""


class OpenSearchError(KotaeError):
    """Something about the cluster that ranks passages; `values` has the `cluster`, where one is known."""


class OpenSearchClientMissing(OpenSearchError):
    """The package that talks to OpenSearch is not installed."""


class OpenSearchUrlMissing(OpenSearchError):
    """No cluster is named."""


class OpenSearchUrlInvalid(OpenSearchError):
    """What names the cluster is no address; it may have a password, so it is not shown."""


class OpenSearchUnreachable(OpenSearchError):
    """No node of the cluster accepts a connection."""


class OpenSearchTimedOut(OpenSearchError):
    """The cluster, or the way to it, does not answer in time."""


class OpenSearchCertificateRefused(OpenSearchError):
    """The connection is not encrypted as it should be; `values` has the `reason`."""


class OpenSearchLoginRefused(OpenSearchError):
    """The cluster does not let this user in with this password."""


class OpenSearchForbidden(OpenSearchError):
    """The user may not do in the cluster what has to be done."""


class OpenSearchVersionUnsupported(OpenSearchError):
    """The cluster's `version` is too old, or it is another product."""


class OpenSearchIncomplete(OpenSearchError):
    """Some parts of the index do not answer: with the others alone an answer would not be right."""


class OpenSearchFull(OpenSearchError):
    """A node's disk is full, so that nothing can be written."""


class OpenSearchRefused(OpenSearchError):
    """The cluster refuses for a `reason` of its own."""


class OpenSearchIndexNotReady(OpenSearchError):
    """The cluster has lost the index, or never had one, and it is being made."""


class BackupInvalid(KotaeError):
    """A file to restore from that is no whole backup; `values` has `path` and `reason`."""


class BackupNewer(KotaeError):
    """A backup that a later version of the program made; `values` has its `path`."""


class BackupTooLarge(KotaeError):
    """A backup that there is no room to unpack.

    `values` has `path`, `folder`, and how many megabytes it takes as `size` and are `free`.
    """


class WorkerEnded(KotaeError):
    """Each process that worked on something queued, at `path`, ended before it was done; that may be why."""


class WorkFailed(KotaeError):
    """Something queued, at `path`, could not be worked; `values` has the `reason`."""


class SourceGone(KotaeError):
    """Somebody removed what documents were being taken into."""


class QuestionSetInvalid(KotaeError):
    """An evaluation file that holds no question set; `values` has `path` and `reason`."""


class QuestionInvalid(KotaeError):
    """A line of an evaluation file that holds no question; `values` has `path`, `line` and `reason`."""


class QuestionSetsMixed(KotaeError):
    """A set of chat questions where sets in SQuAD format are asked for; `values` has its `path`."""


class ConfigurationUnknown(KotaeError):
    """A configuration to measure that is not there; `values` has its `name` and the `known` ones."""


class AgainstUnknown(KotaeError):
    """Neither a configuration nor a file to compare with; `values` has its `name` and the `known` configurations."""


class RunInvalid(KotaeError):
    """A file to compare with that is not a saved run; `values` has `path` and `reason`."""


class RunsDiffer(KotaeError):
    """A run of other questions to compare with; `values` has its `path`."""


class OutputUnwritable(KotaeError):
    """A file that cannot be written; `values` has `path` and `reason`."""


class OutputExists(KotaeError):
    """A file that would be written over; `values` has its `path`."""


class PlotUnavailable(KotaeError):
    """What draws is not installed."""


class SettingInvalid(KotaeError):
    """A value in the environment or .env; `values` has `name`, `value` and `allowed`."""


class QuestionEmpty(KotaeError):
    """Nothing was asked."""


class EncoderMissing(KotaeError):
    """The encoder that was chosen is not installed."""


class EncoderUnsupported(KotaeError):
    """The processor lacks instructions that the encoder needs."""
