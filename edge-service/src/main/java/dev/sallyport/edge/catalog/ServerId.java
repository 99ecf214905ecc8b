package dev.sallyport.edge.catalog;

import dev.sallyport.proto.registry.v1.ServerCatalogue;
import dev.sallyport.proto.registry.v1.ServerRemoved;

/** A server's name is unique within its tenant. */
record ServerId(String tenant, String name) {

  static ServerId of(ServerCatalogue server) {
    return new ServerId(server.getTenant(), server.getServer());
  }

  static ServerId of(ServerRemoved removed) {
    return new ServerId(removed.getTenant(), removed.getServer());
  }
}
