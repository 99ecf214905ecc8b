package dev.sallyport.mcp.protocol;

/** The two generations of MCP (2026-07-28 basic/versioning, "Terminology"). */
public enum Era {
  /** 2025-11-25 and earlier: {@code initialize}, sessions, requests from the server. */
  LEGACY,
  /** 2026-07-28 and later: stateless, version and capabilities in every request. */
  MODERN
}
