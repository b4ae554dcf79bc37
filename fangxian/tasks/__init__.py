"""What is to be done by whom until when; what is not done climbs the tree."""
