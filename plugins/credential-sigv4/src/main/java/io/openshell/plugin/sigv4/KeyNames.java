package io.openshell.plugin.sigv4;

/** The names, in the vault, of what AWS gives out together. */
record KeyNames(String accessKeyId, String secretAccessKey, String sessionToken) {}
