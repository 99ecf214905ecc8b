package dev.sallyport.edge.approval;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Settings of approvals at the edge, {@code sallyport.edge.approvals.*}. */
@ConfigMapping(prefix = "sallyport.edge.approvals")
public interface ApprovalSettings {

  /** How long policy may take to answer. A call that waits for a person is in no hurry. */
  @WithDefault("5s")
  Duration timeout();
}
