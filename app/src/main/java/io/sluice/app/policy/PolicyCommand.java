package io.sluice.app.policy;

import picocli.CommandLine.Command;

/**
 * {@code sluice policy}: what can be asked about policies without a cluster and without an agent.
 */
@Command(
    name = "policy",
    description = "Checks, explains and tests policies from files, without a cluster.",
    mixinStandardHelpOptions = true,
    subcommands = {ValidateCommand.class, ExplainCommand.class, TestCommand.class},
    synopsisSubcommandLabel = "COMMAND")
public final class PolicyCommand {}
