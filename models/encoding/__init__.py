"""From text to vectors: the Encoder protocol, and the only door to torch."""

from models.encoding.encoder import Encoder, TokenStates
from models.encoding.loading import few_arenas, load_library
from models.encoding.transformer import SentenceTransformerEncoder

__all__ = ["Encoder", "SentenceTransformerEncoder", "TokenStates", "few_arenas", "load_library"]
