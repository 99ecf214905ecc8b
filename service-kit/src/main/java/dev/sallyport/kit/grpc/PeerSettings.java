package dev.sallyport.kit.grpc;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.util.List;
import java.util.Map;

/** {@code sallyport.peers.<service>=host:port[,host:port…]}: where the other services are. */
@ConfigMapping(prefix = "sallyport.peers")
public interface PeerSettings {

  /** Addresses by service name. */
  @WithParentName
  Map<String, List<String>> addresses();
}
