# edge-service: speaks MCP to agents. Build from the root of the repository:
#   docker build -f deploy/docker/edge.Dockerfile -t sallyport/edge:dev .
FROM eclipse-temurin:25-jdk AS build
WORKDIR /src
COPY . .
RUN ./mvnw -B -q package -Dmaven.test.skip=true -Dspotless.check.skip=true -pl edge-service -am

FROM eclipse-temurin:25-jre
RUN groupadd --system --gid 10001 sallyport \
    && useradd --system --uid 10001 --gid 10001 --home-dir /app --shell /usr/sbin/nologin sallyport
# The audit spool and the last known catalogues: a volume, or a lost container loses records.
RUN mkdir /data && chown 10001:10001 /data
VOLUME /data
COPY deploy/docker/healthy /usr/local/bin/healthy
COPY --from=build /src/edge-service/target/quarkus-app/ /app/
WORKDIR /app
USER 10001:10001
EXPOSE 8686
HEALTHCHECK --interval=5s --timeout=4s --start-period=40s --retries=6 CMD ["healthy", "8686"]
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=60", "-XX:+ExitOnOutOfMemoryError", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", "-jar", "quarkus-run.jar"]
