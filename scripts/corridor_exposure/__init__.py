"""How the corridor's hazards and efforts are made, one module for each kind."""
