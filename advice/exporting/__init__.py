"""The site as a file: JSON Lines that `import_native` restores. `tables` says what is in it; so does docs/export.md."""
