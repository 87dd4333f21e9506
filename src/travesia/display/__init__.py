"""What a notebook shows of the house: cards, frames with real dates, charts, citations."""
