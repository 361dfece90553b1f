"""TermMatrix -> TopicFit: topic models, clusterings, what they are worth and how steady they are."""
