"""Classes, certificates, contests, ventures, experts and overseas talent."""
