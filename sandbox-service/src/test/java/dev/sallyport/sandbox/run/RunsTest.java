package dev.sallyport.sandbox.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kit.call.CallContext;
import dev.sallyport.kit.call.Peer;
import dev.sallyport.kit.error.ErrorCode;
import org.junit.jupiter.api.Test;

class RunsTest {

  @Test
  void saysThatThisVersionRunsNothing() {
    assertThat(new Runs().start(CallContext.ofService(Peer.EDGE, "acme")).code())
        .isEqualTo(ErrorCode.UNKNOWN_METHOD);
  }

  @Test
  void refusesEveryPeerButEdge() {
    for (Peer peer : Peer.values()) {
      if (peer != Peer.EDGE) {
        assertThat(new Runs().start(CallContext.ofService(peer, "acme")).code())
            .as(peer.wireName())
            .isEqualTo(ErrorCode.FORBIDDEN);
      }
    }
  }
}
