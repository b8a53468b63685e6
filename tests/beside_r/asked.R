# What R says of cohorts: a line each on standard input, with days until the target, days of those
# who are not seen to reach it, and numbers, each separated by commas, the three by tabs.
library(survival)

numbers <- function(text) if (text == "-") numeric(0) else as.numeric(strsplit(text, ",")[[1]])
said <- function(x) paste(formatC(as.numeric(x), digits = 17, format = "g"), collapse = ",")

cat(R.version.string, ", survival ", as.character(packageVersion("survival")), "\n", sep = "")
for (line in readLines(file("stdin"))) {
  part <- strsplit(line, "\t")[[1]]
  reached <- numbers(part[1])
  censored <- numbers(part[2])
  values <- numbers(part[3])
  count <- length(reached)
  n <- count + length(censored)
  seen <- rep(1:0, c(count, length(censored)))
  fit <- survfit(Surv(c(reached, censored), seen) ~ 1, conf.type = "log-log")
  at <- fit$n.event > 0
  half <- quantile(fit, 0.5)
  share <- function(correct) suppressWarnings(prop.test(count, n, correct = correct))$conf.int
  cat(
    said(fit$time[at]), said(fit$n.risk[at]), said(fit$n.event[at]), said(fit$surv[at]),
    said(fit$lower[at]), said(fit$upper[at]), said(c(half$quantile, half$lower, half$upper)),
    said(share(FALSE)), said(share(TRUE)),
    said(c(mean(values), sd(values), sd(values) / sqrt(length(values)))),
    said(quantile(values, c(0.25, 0.5, 0.75), type = 7)),
    sep = "\t"
  )
  cat("\n")
}
