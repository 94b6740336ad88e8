-- One line that a program can read: requests, microseconds, failures.
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("DONE %d %d %d\n", summary.requests, summary.duration,
    e.connect + e.read + e.write + e.status + e.timeout))
end
