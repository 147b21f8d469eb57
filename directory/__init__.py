"""A searchable, sourced directory of CAR-T centers in four Chinese cities."""
