package dev.sallyport.executor.upstream;

/** Names an upstream: a server of a tenant. */
public record UpstreamKey(String tenant, String server) {

  @Override
  public String toString() {
    return tenant + "/" + server;
  }
}
