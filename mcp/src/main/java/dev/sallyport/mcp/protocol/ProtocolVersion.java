package dev.sallyport.mcp.protocol;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The revisions of MCP that the gateway speaks, oldest first. */
public enum ProtocolVersion {
  V2024_11_05("2024-11-05", Era.LEGACY),
  V2025_03_26("2025-03-26", Era.LEGACY),
  V2025_06_18("2025-06-18", Era.LEGACY),
  V2025_11_25("2025-11-25", Era.LEGACY),
  V2026_07_28("2026-07-28", Era.MODERN);

  /** What a legacy client that asks for an unknown revision is offered. */
  public static final ProtocolVersion LATEST_LEGACY = V2025_11_25;

  public static final ProtocolVersion LATEST = V2026_07_28;

  /** What a legacy HTTP request without a version header means (2025-11-25 transports). */
  public static final ProtocolVersion ASSUMED_WITHOUT_HEADER = V2025_03_26;

  private final String text;
  private final Era era;

  ProtocolVersion(String text, Era era) {
    this.text = text;
    this.era = era;
  }

  /** The revision as the protocol writes it: {@code 2026-07-28}. */
  public String text() {
    return text;
  }

  public Era era() {
    return era;
  }

  /** Empty for a revision that the gateway does not know. */
  public static Optional<ProtocolVersion> of(String text) {
    for (ProtocolVersion version : values()) {
      if (version.text.equals(text)) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /** All revisions of an era as text, newest first. */
  public static List<String> supported(Era era) {
    return Stream.of(values())
        .filter(version -> version.era == era)
        .map(ProtocolVersion::text)
        .sorted(java.util.Comparator.reverseOrder())
        .toList();
  }

  /** All revisions as text, newest first. */
  public static List<String> supported() {
    return Stream.of(values())
        .map(ProtocolVersion::text)
        .sorted(java.util.Comparator.reverseOrder())
        .toList();
  }

  /**
   * The revision that answers {@code initialize}: the one asked for where it is a legacy one that
   * we know, else the latest legacy one (2025-11-25 lifecycle, "Version Negotiation").
   */
  public static ProtocolVersion forInitialize(String requested) {
    return of(requested).filter(version -> version.era == Era.LEGACY).orElse(LATEST_LEGACY);
  }

  @Override
  public String toString() {
    return text;
  }
}
