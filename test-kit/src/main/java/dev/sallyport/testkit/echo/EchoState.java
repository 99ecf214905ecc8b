package dev.sallyport.testkit.echo;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** What the echo server has and what happened to it. Any thread. */
final class EchoState {

  final EchoUpstream.Era era;
  final boolean recording;
  final Map<String, EchoTool> tools = new ConcurrentSkipListMap<>(EchoTool.standard());
  final Map<String, AtomicInteger> executed = new ConcurrentHashMap<>();
  final Queue<EchoUpstream.Execution> executions = new ConcurrentLinkedQueue<>();
  final AtomicInteger cancelled = new AtomicInteger();
  final AtomicInteger sessionsBegun = new AtomicInteger();
  final AtomicInteger listed = new AtomicInteger();
  final Set<String> sessions = ConcurrentHashMap.newKeySet();

  /** Who waits for a client's response to a request of the server's, by id as it stands. */
  final Map<String, Consumer<RawJson>> questions = new ConcurrentHashMap<>();

  /** Calls that wait for their time, by session and JSON-RPC id. */
  final Map<String, EchoCall> pending = new ConcurrentHashMap<>();

  /** Open streams that want to hear of changes. */
  final Set<Consumer<String>> listeners = ConcurrentHashMap.newKeySet();

  /** Definitions beside the tools, by list (`resources`, …) and key; empty: it declares none. */
  final Map<String, Map<String, String>> offers = new ConcurrentHashMap<>();

  /** Lists that do not work: the error code of the answer; 0: no answer. */
  final Map<String, Integer> broken = new ConcurrentHashMap<>();

  volatile int pageSize;

  EchoState(EchoUpstream.Era era, boolean recording) {
    this.era = era;
    this.recording = recording;
  }

  void count(String tool) {
    executed.computeIfAbsent(tool, name -> new AtomicInteger()).incrementAndGet();
  }

  void tellChange() {
    tellChange("tools");
  }

  /**
   * @param list `tools`, `resources` or `prompts`
   */
  void tellChange(String list) {
    listeners.forEach(listener -> listener.accept(list));
  }

  String capabilities() {
    String changes = "{\"listChanged\":true}";
    return "{\"tools\":"
        + changes
        + (offers.isEmpty() ? "" : ",\"resources\":" + changes + ",\"prompts\":" + changes)
        + "}";
  }

  void forgetSessions() {
    sessions.clear();
    listeners.clear();
    questions.clear();
    pending.clear();
  }
}
