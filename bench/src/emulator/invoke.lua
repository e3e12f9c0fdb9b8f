-- Invokes a function over and over, and writes what was measured for a program to read: requests per
-- second, three percentiles of the latency in microseconds, and how many requests failed.
wrk.method = "POST"
wrk.body = '{"name":"lambda"}'

function done(summary, latency)
    local errors = summary.errors
    local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format(
        "measured %.1f %d %d %d %d\n",
        summary.requests / summary.duration * 1e6,
        latency:percentile(50),
        latency:percentile(90),
        latency:percentile(99),
        failed
    ))
end
