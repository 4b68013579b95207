"""A parcel tracker: web keeps the parcels, worker writes down where they were seen."""
