"""Why two sides are said to differ, in their own sentences: one-sided points, opposed pairs, agreements, words.

Nothing here decides. A one-sided point is what one side says and the other leaves out *so far*: its nearest sentence
on the other side is shown with it, so that a reader can disagree.
"""

from models.explanation.explaining import Explanation, explain
from models.explanation.points import Couple, Nearest, OneSided, Quote, explain_points, ranked
from models.explanation.sentences import Sentence, gathered
from models.explanation.words import frame_shares, telling_words

__all__ = (
    "Couple",
    "Explanation",
    "Nearest",
    "OneSided",
    "Quote",
    "Sentence",
    "explain",
    "explain_points",
    "frame_shares",
    "gathered",
    "ranked",
    "telling_words",
)
