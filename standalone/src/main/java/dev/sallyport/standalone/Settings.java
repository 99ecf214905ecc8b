package dev.sallyport.standalone;

import dev.sallyport.host.CredentialsFile;
import dev.sallyport.host.DataFolder;
import dev.sallyport.host.KeyMaterial;
import dev.sallyport.host.Stores;
import dev.sallyport.host.UpOptions;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the services are told, from what the command line and the data folder say. */
final class Settings {

  private Settings() {}

  static Map<String, String> of(
      UpOptions options,
      DataFolder data,
      Stores stores,
      KeyMaterial keys,
      CredentialsFile credentials) {
    Map<String, String> settings = new LinkedHashMap<>(stores.settings());
    settings.put("quarkus.http.host", options.bind());
    settings.put("quarkus.http.port", Integer.toString(options.port()));
    settings.put("sallyport.logs", data.logs().toString());
    settings.put("sallyport.keyring", keys.keyRing().toString());
    return settings;
  }
}
