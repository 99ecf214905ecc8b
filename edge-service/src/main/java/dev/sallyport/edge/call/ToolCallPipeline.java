package dev.sallyport.edge.call;

/** The way of every call. Being written. */
public final class ToolCallPipeline {}
