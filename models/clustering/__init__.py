"""Online narratives: near copies attached, documents of one event together, two narratives of one event merged."""

from models.clustering.narratives import Narratives
from models.clustering.records import Member, Merge, Summary, Taken

__all__ = ("Member", "Merge", "Narratives", "Summary", "Taken")
