package import Arguments

/// The tool as a whole: which commands there are.
package enum Tool {
  /// The version of this build.
  package static let version = "0.1.0"

  /// The commands in the sections of the help, each section in the order of use.
  ///
  /// A new command is added here, on a line of its own; one of two words needs its family below.
  static let sections: [(title: String, commands: [any Command.Type])] = [
    (
      "Set up",
      [
        InitCommand.self,
        ConfigCommand.self,
        HelpCommand.self,
        VersionCommand.self,
        CompletionCommand.self,
        DocsCommand.self,
        HooksInstallCommand.self,
        HooksRemoveCommand.self,
        HooksStatusCommand.self,
        HooksRunCommand.self,
      ]
    ),
    (
      "Work with data",
      [
        AddCommand.self,
        CommitCommand.self,
        StatusCommand.self,
        WhyCommand.self,
        CheckoutCommand.self,
        RestoreCommand.self,
        ResolveCommand.self,
        DiffCommand.self,
        LogCommand.self,
        RmCommand.self,
        MvCommand.self,
        LsCommand.self,
        CatCommand.self,
        MergePointerCommand.self,
        ShowPointerCommand.self,
      ]
    ),
    (
      "Run and compare",
      [
        RunCommand.self,
        ReproduceCommand.self,
        RunsListCommand.self,
        RunsShowCommand.self,
        RunsDiffCommand.self,
        RunsRmCommand.self,
        RunsPruneCommand.self,
        ParamsShowCommand.self,
        ParamsDiffCommand.self,
        MetricsShowCommand.self,
        MetricsDiffCommand.self,
        PlotsShowCommand.self,
        PlotsDiffCommand.self,
        LineageCommand.self,
        TraceCommand.self,
      ]
    ),
    (
      "Take care",
      [
        OperationsCommand.self,
        UndoCommand.self,
        FsckCommand.self,
        GCCommand.self,
        RepairCommand.self,
        VerifyCommand.self,
        DuCommand.self,
        ForgetCommand.self,
        DoctorCommand.self,
        CacheShowCommand.self,
        CachePruneCommand.self,
        CacheClearCommand.self,
      ]
    ),
    (
      "Share",
      [
        PushCommand.self,
        FetchCommand.self,
        PullCommand.self,
        CloneCommand.self,
        GetCommand.self,
        ImportCommand.self,
        UpdateCommand.self,
        RemoteAddCommand.self,
        RemoteListCommand.self,
        RemoteShowCommand.self,
        RemoteRenameCommand.self,
        RemoteSetURLCommand.self,
        RemoteRemoveCommand.self,
        RemoteDefaultCommand.self,
      ]
    ),
    (
      "Come and go",
      [
        MigrateDVCCommand.self,
        MigrateLFSCommand.self,
        ExportDirCommand.self,
        ExportDVCCommand.self,
        ExportLFSCommand.self,
      ]
    ),
  ]

  /// The first words that several commands share.
  static let families = [
    CommandFamily("hooks", summary: "Let plain git carry the data", fallback: "status"),
    CommandFamily("runs", summary: "List, show and compare runs", fallback: "list"),
    CommandFamily("params", summary: "Show and compare parameters", fallback: "show"),
    CommandFamily("metrics", summary: "Show and compare metrics", fallback: "show"),
    CommandFamily("plots", summary: "Draw metrics", fallback: "show"),
    CommandFamily("cache", summary: "Manage what `get` brought", fallback: "show"),
    CommandFamily("migrate", summary: "Take over data that another tool keeps"),
    CommandFamily("export", summary: "Write data for others to read"),
    CommandFamily("remote", summary: "Manage the places where objects also live", fallback: "list"),
  ]

  /// Every command.
  package static let commands: [any Command.Type] = sections.flatMap(\.commands)

  /// What all of it accepts.
  package static let spec = ToolSpec(
    "shale",
    summary: "Version datasets and models beside the code that uses them",
    discussion: """
      Git keeps the history; Shale keeps the bytes. `shale add` replaces a file or directory of
      any size by a small pointer file that git carries, `shale push` sends what a remote
      directory lacks, and `shale checkout` brings any past state back.
      """,
    sections: sections.map { section in
      ToolSpec.Section(section.title, section.commands.map { $0.spec })
    },
    families: families,
    statuses: DocumentedStatus.common)
}
