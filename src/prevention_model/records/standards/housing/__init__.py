"""Homelessness cases, tenancies and rent accounts."""
