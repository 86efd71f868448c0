"""SEN2: requests for education, health and care plans, the assessments that follow, and the plans."""
