"""Online narratives: near copies attached, documents of one event together, two narratives of one event merged."""

from models.clustering.narratives import Narratives
from models.clustering.records import Kept, Limits, Member, Merge, Summary, Taken, kind_of

__all__ = ("Kept", "Limits", "Member", "Merge", "Narratives", "Summary", "Taken", "kind_of")
