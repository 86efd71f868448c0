"""Adult services to parents: social care, mental health, drugs and alcohol."""
