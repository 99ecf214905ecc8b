package dev.sallyport.starlark;

/** A method together with the value it was taken from. */
final class BoundMethod extends StarlarkCallable {
  private final Object receiver;
  private final Method method;

  BoundMethod(Object receiver, Method method) {
    this.receiver = receiver;
    this.method = method;
  }

  Object receiver() {
    return receiver;
  }

  @Override
  public String name() {
    return method.name();
  }

  @Override
  Object invoke(StarlarkThread thread, Object[] args, String[] names) {
    return method.invoke(thread.meter(), receiver, args, names);
  }

  @Override
  public void repr(Printer out) {
    out.append("<built-in method ")
        .append(name())
        .append(" of ")
        .append(Values.typeName(receiver))
        .append(" value>");
  }
}
