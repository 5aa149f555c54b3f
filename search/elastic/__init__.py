"""The Elasticsearch engine. Uses only what every server from 8.19 on has under any licence."""
