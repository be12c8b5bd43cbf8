"""The site as a file: JSON Lines that `import_native` restores, or WXR that WordPress does. `tables` says what is in
the first; so does docs/export.md."""
