# The minibroker command with what it needs to submit jobs: Python with PyFlink, a JDK, the jars.
FROM eclipse-temurin:17-jdk-noble AS jar
RUN apt-get update && apt-get install -y --no-install-recommends maven && rm -rf /var/lib/apt/lists/*
COPY jvm /src/jvm
RUN mvn -q -B -f /src/jvm/pom.xml package -DskipTests

FROM python:3.12-slim-bookworm
RUN apt-get update && apt-get install -y --no-install-recommends openjdk-17-jdk-headless maven \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY pyproject.toml constraints.txt README.md ./
COPY minibroker minibroker
COPY schemas schemas
COPY sql sql
COPY flink-conf flink-conf
COPY --from=jar /src/jvm/target/minibroker-flink.jar jvm/target/minibroker-flink.jar
RUN pip install --no-cache-dir -c constraints.txt '.[broker]'
ENV MINIBROKER_JARS=/jars
RUN minibroker jars
ENTRYPOINT ["minibroker"]
