"""The compare stage: two accounts set side by side once, or narratives watched over time."""

from models.comparing.audit import Audit
from models.comparing.comparer import Comparer, Taken
from models.comparing.comparison import Comparison, SideCount, compare_documents
from models.comparing.records import DocumentRecord, Head, Record

__all__ = (
    "Audit",
    "Comparer",
    "Comparison",
    "DocumentRecord",
    "Head",
    "Record",
    "SideCount",
    "Taken",
    "compare_documents",
)
