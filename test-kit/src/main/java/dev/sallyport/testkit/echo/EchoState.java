package dev.sallyport.testkit.echo;

import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

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

  /** Calls that wait for their time, by session and JSON-RPC id. */
  final Map<String, EchoCall> pending = new ConcurrentHashMap<>();

  /** Open streams that want to hear of changes. */
  final Set<Runnable> listeners = ConcurrentHashMap.newKeySet();

  volatile int pageSize;

  EchoState(EchoUpstream.Era era, boolean recording) {
    this.era = era;
    this.recording = recording;
  }

  void count(String tool) {
    executed.computeIfAbsent(tool, name -> new AtomicInteger()).incrementAndGet();
  }

  void tellChange() {
    listeners.forEach(Runnable::run);
  }

  void forgetSessions() {
    sessions.clear();
    listeners.clear();
    pending.clear();
  }
}
