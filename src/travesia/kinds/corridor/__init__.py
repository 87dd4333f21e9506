"""Journeys through a corridor, person by person, under dated policies: the first kind."""
