"""Pages that stand on their own: a comparison, and what a backtest found; no script, nothing fetched."""

from streams.pages.report import Report
from streams.pages.writing import comparison_page, report_page, write_page

__all__ = ("Report", "comparison_page", "report_page", "write_page")
