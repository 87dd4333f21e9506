"""What a run can be asked: every quantity has one id, one definition and one value everywhere."""
