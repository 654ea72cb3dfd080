# completion: for bash; found there by the package bash-completion when vethlab is first completed
completiondir = $(datadir)/bash-completion/completions
dist_completion_DATA = completion/vethlab
