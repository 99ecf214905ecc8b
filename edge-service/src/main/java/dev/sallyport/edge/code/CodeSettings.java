package dev.sallyport.edge.code;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** {@code sallyport.edge.code.*}. The sandbox has limits of its own; the lower one counts. */
@ConfigMapping(prefix = "sallyport.edge.code")
public interface CodeSettings {

  /** Longest script, UTF-8. */
  @WithDefault("64K")
  MemorySize maxScript();

  @WithDefault("50000000")
  long maxSteps();

  /** Allocated by a run in all. */
  @WithDefault("256M")
  MemorySize maxAllocated();

  /** How long a run may take, with all that it waits for. */
  @WithDefault("60s")
  Duration maxTime();

  /** Calls of tools in one run. */
  @WithDefault("200")
  int maxCalls();

  /** Calls of one run that are under way at the same time. */
  @WithDefault("10")
  int maxParallel();

  /** Longest JSON that a call gives to a script. */
  @WithDefault("2M")
  MemorySize maxValue();

  /** Of what a run prints, as much goes to the model. */
  @WithDefault("16K")
  MemorySize maxOutput();

  /** Longest JSON of a result. */
  @WithDefault("1M")
  MemorySize maxResult();

  /** A longer result goes to the model as its beginning, and is kept to be read in slices. */
  @WithDefault("32K")
  MemorySize maxAnswer();

  /** How long a result is kept that was too long for an answer. */
  @WithDefault("1h")
  Duration keepResults();

  /** How long a run may wait for an approval or an input. */
  @WithDefault("24h")
  Duration keepJournals();

  /** All that a run that waits has called and got. */
  @WithDefault("8M")
  MemorySize maxJournal();

  /** Of the listing of all files, estimated tokens. */
  @WithDefault("600")
  int listingTokens();

  /** Of what a search finds, estimated tokens. */
  @WithDefault("1200")
  int searchTokens();

  /** Catalogues of scripts that are kept, one for each set of tools that callers see. */
  @WithDefault("200")
  int catalogues();
}
