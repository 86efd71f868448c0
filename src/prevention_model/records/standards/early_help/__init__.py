"""Early help's own extract: contacts, assessments, plans and needs of families."""
