"""Other ways in than feeds: items that programs post, and files that are dropped in a folder (docs/intake.md)."""
